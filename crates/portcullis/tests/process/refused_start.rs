//! What stops a start, and what is said of it.

use std::net::TcpListener;

use crate::home::{Done, Home};
use crate::node::Node;

/// What is said of a settings file whose first line is `http.port: 0`.
#[track_caller]
fn said_of(settings: &str) -> String {
    let home = Home::with(settings);
    let said = home.run(&[]).failed(78);
    assert!(!home.data().exists(), "a data folder was made");
    said
}

#[test]
fn an_unknown_setting_is_told_with_its_line_and_the_nearest_name() {
    let said = said_of("xpack.security:\n  authc.api_key.cache.tll: 1h\n");
    assert_eq!(
        said,
        "portcullis: the configuration is wrong: config/portcullis.yml line 3: unknown setting \
         [xpack.security.authc.api_key.cache.tll] did you mean [xpack.security.authc.api_key.cache.ttl]?\n"
    );
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let said = said_of("http.prt: 1\nhttp.max_content_length: much\nhttp.host: ${NOWHERE}\n");
    let expected = [
        "wrong in 3 places",
        "line 2: unknown setting [http.prt]",
        "line 3: failed to parse setting [http.max_content_length] with value [much]",
        "line 4: setting [http.host] needs the environment variable [NOWHERE], which is not set",
    ];
    assert_eq!(said.lines().count(), expected.len(), "{said}");
    for (line, expected) in said.lines().zip(expected) {
        assert!(line.contains(expected), "{said}");
    }
}

#[test]
fn the_environment_and_the_command_line_are_told_by_their_names() {
    let home = Home::new();
    let said = home.run(&["-E", "http.prt=1"]).failed(78);
    assert!(said.contains("command line -E: unknown setting [http.prt]"), "{said}");
    let mut command = home.command(&[]);
    command.env("http.prt", "1");
    let said = Done::of(command).failed(78);
    assert!(said.contains("environment variable [http.prt]: unknown setting [http.prt]"), "{said}");
}

#[test]
fn a_file_that_is_no_yaml_is_told_with_its_line() {
    for (text, reason) in [
        ("http: [1,\n", "config/portcullis.yml line 2: not valid YAML: "),
        ("cluster.name: a\ncluster.name: b\n", "config/portcullis.yml line 3: not valid YAML: the key"),
        ("cluster.name:\n", "config/portcullis.yml line 2: setting [cluster.name] has no value"),
    ] {
        let said = said_of(text);
        assert!(said.contains(reason), "{said}");
    }
}

#[test]
fn it_does_not_run_without_security() {
    let said = said_of("xpack.security.enabled: false\n");
    assert!(said.contains("line 2: setting [xpack.security.enabled] is not supported"), "{said}");
    Node::start(&Home::with("xpack.security.enabled: true\n")).end();
}

#[test]
fn passwords_do_not_cross_the_network_in_the_clear_unless_that_is_wanted() {
    for name in ["http.host", "network.host"] {
        let said = said_of(&format!("{name}: 0.0.0.0\n"));
        assert!(said.contains(&format!("line 2: [{name}] has [0.0.0.0], which is not loopback")), "{said}");
        assert!(said.contains("[http.allow_plaintext]"), "{said}");
        let home = Home::with(&format!("{name}: 0.0.0.0\nhttp.allow_plaintext: true\n"));
        let mut node = Node::start(&home);
        assert!(node.log().contains("arrive on [0.0.0.0] in the clear"), "{}", node.log());
    }
}

#[test]
fn a_certificate_that_cannot_be_used_is_told_by_its_file() {
    let pair = |name: &str| rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let (a, b) = (pair("a"), pair("b"));
    let home = Home::with(
        "xpack.security.http.ssl:\n  enabled: true\n  certificate: cert.pem\n  key: key.pem\nhttp.host: 0.0.0.0\n",
    );
    let (certificate, key) = (home.config().join("cert.pem"), home.config().join("key.pem"));
    let (certificate, key) = (certificate.display(), key.display());
    let said = home.run(&[]).failed(1);
    assert!(said.contains(&format!("TLS: [{certificate}] cannot be read: No such file")), "{said}");
    let cases = [
        ("junk", a.signing_key.serialize_pem(), format!("TLS: [{certificate}] holds no PEM certificate")),
        (&a.cert.pem(), "junk".to_owned(), format!("TLS: [{key}] is not a PEM private key")),
        (
            &a.cert.pem(),
            a.signing_key.serialize_pem().replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"),
            format!("TLS: the private key [{key}] is encrypted; give one without a passphrase"),
        ),
        (
            &a.cert.pem(),
            b.signing_key.serialize_pem(),
            format!("TLS: certificate [{certificate}] and key [{key}] cannot be used together"),
        ),
    ];
    for (certificate, key, expected) in cases {
        home.write("cert.pem", certificate);
        home.write("key.pem", &key);
        let said = home.run(&[]).failed(1);
        assert!(said.contains(&expected), "{said}");
    }
    home.write("key.pem", &a.signing_key.serialize_pem());
    let mut node = Node::start(&home);
    assert!(node.log().contains("https://"), "{}", node.log());
}

#[test]
fn a_certificate_without_the_switch_is_told() {
    let said = said_of("xpack.security.http.ssl.certificate: a.pem\n");
    assert!(said.contains("line 2: [xpack.security.http.ssl.certificate] is set but"), "{said}");
}

#[test]
fn a_port_in_use_is_told() {
    let home = Home::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let said = home.run(&["-E", &format!("http.port={}", address.port())]).failed(1);
    assert!(said.contains(&format!("cannot listen on {address}: Address already in use")), "{said}");
}

#[test]
fn a_configuration_folder_that_is_not_there_is_told_only_if_it_was_named() {
    let home = Home::new();
    let told = "there is no configuration folder [elsewhere]";
    let mut node = Node::spawn(home.command(&["--config", "elsewhere", "-E", "http.port=0"]));
    assert!(node.log().contains(told), "{}", node.log());
    node.end();
    std::fs::remove_dir_all(home.config()).unwrap();
    let mut node = Node::spawn(home.command(&["-E", "http.port=0"]));
    assert!(!node.log().contains("configuration folder"), "{}", node.log());
}

#[test]
fn settings_without_effect_are_named_once() {
    let home = Home::with("discovery.type: single-node\nbootstrap.memory_lock: true\n");
    let mut node = Node::start(&home);
    for name in ["discovery.type", "bootstrap.memory_lock"] {
        assert_eq!(node.log().matches(name).count(), 1, "{}", node.log());
    }
}

#[test]
fn a_subcommand_stops_for_the_same_reasons() {
    let home = Home::with("http.prt: 1\n");
    for arguments in
        [&["reset-password", "elastic"][..], &["service-tokens", "list"], &["settings"], &["serve"]]
    {
        let said = home.run(arguments).failed(78);
        assert!(said.contains("config/portcullis.yml line 2: unknown setting [http.prt]"), "{said}");
    }
}
