//! `portcullis settings`.

use crate::home::{Done, Home};

#[test]
fn it_prints_what_holds_and_where_it_comes_from() {
    let home = Home::with("cluster:\n  name: lab\n");
    let mut command = home.command(&["settings", "-E", "node.name=n1"]);
    command.env("http.host", "::1");
    let out = Done::of(command).well();
    for line in [
        "cluster.name\tlab\tconfig/portcullis.yml line 3\t",
        "node.name\tn1\tcommand line -E\t",
        "http.host\t::1\tenvironment variable [http.host]\t",
        "http.max_header_size\t16kb\tdefault\t",
    ] {
        assert!(out.contains(&format!("\n{line}")), "[{line}] is not in {out}");
    }
    assert!(!home.data().exists());
}

#[test]
fn it_never_prints_a_secret() {
    let home = Home::with(
        "xpack.notification.email.account.a.smtp.password: s3cret-1\ns3.client.default.secret_key: ${KEY}\n",
    );
    let mut command = home.command(&["settings"]);
    command.env("KEY", "s3cret-2");
    let out = Done::of(command).well();
    assert!(!out.contains("s3cret"), "{out}");
    assert!(out.contains("\ns3.client.default.secret_key\t(hidden)\t"), "{out}");
}

#[test]
fn the_documentation_needs_no_configuration() {
    let home = Home::with("nonsense: 1\n");
    let out = home.run(&["settings", "--markdown"]).well();
    assert!(out.contains("| `cluster.name` |"), "{out}");
    home.run(&["settings"]).failed(78);
}

#[test]
fn no_setting_is_forgotten_silently() {
    let home = Home::with("");
    let said = home.run(&["-E", "path.data=there", "settings", "-E", "http.port=1"]);
    assert!(said.failed(78).contains("all of them in one place"));
    let out = home.run(&["-E", "path.data=there", "-E", "http.port=1", "settings"]).well();
    assert!(out.contains("\npath.data\tthere\t") && out.contains("\nhttp.port\t1\t"), "{out}");
}
