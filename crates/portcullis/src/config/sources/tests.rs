use std::fs;
use std::path::PathBuf;

use crate::config::tests::file;
use crate::config::{SETTINGS_FILE, Sources};

#[test]
fn without_a_file_the_defaults_hold_and_an_unreadable_one_is_no_missing_one() {
    let given = file("cluster.name: gone");
    let path = given.folder().join("conf").join(SETTINGS_FILE);
    fs::remove_file(&path).unwrap();
    assert_eq!(given.load().cluster_name, "portcullis");
    fs::create_dir(&path).unwrap();
    assert!(given.refusal().contains("the file cannot be read"));
    fs::remove_dir(&path).unwrap();
    fs::write(&path, b"cluster.name: \xff\n").unwrap();
    assert!(given.refusal().contains("the file cannot be read"));
    fs::write(&path, "#".repeat(2 << 20)).unwrap();
    assert!(given.refusal().contains("larger than 1048576 bytes"));
}

#[test]
fn the_command_line_goes_before_the_environment_before_the_file_before_the_default() {
    let given = file("cluster.name: of-file\nnode.name: of-file\nhttp.port: 1\n");
    let given = given.env("cluster.name", "of-env").env("node.name", "of-env").set("cluster.name=of-line");
    let config = given.load();
    assert_eq!(config.cluster_name, "of-line");
    assert_eq!(config.node_name, "of-env");
    assert_eq!(config.http.port, 1);
    assert_eq!(config.http.max_connections, 4096);
}

#[test]
fn variables_are_settings_if_they_are_called_so() {
    let given = file("")
        .env("http.port", "1")
        .env("cluster.name", "")
        .env("ES_SETTING_HTTP_MAX__CONNECTIONS", "7")
        .env("PATH", "/bin")
        .env("HTTP.PORT", "2")
        .env("BASH_FUNC_a.b%%", "() { :; }")
        .env("a.b c", "3");
    let config = given.load();
    assert_eq!(config.http.port, 1);
    assert_eq!(config.http.max_connections, 7);
    assert_eq!(config.cluster_name, "portcullis");
    assert_eq!(
        file("").env("http.prot", "1").refusal(),
        "environment variable [http.prot]: unknown setting [http.prot] did you mean [http.port]?"
    );
    let refusal = file("").env("ES_SETTING_HTTP_PROT", "1").refusal();
    assert!(
        refusal.starts_with("environment variable [ES_SETTING_HTTP_PROT]: unknown setting [http.prot]"),
        "{refusal}"
    );
}

#[test]
fn what_is_given_on_the_command_line_is_name_and_value_once() {
    assert_eq!(file("").set("http.port").refusal(), "command line -E: -E takes name=value");
    assert_eq!(file("").set("=1").refusal(), "command line -E: -E takes name=value");
    assert_eq!(
        file("").set("http.port=").refusal(),
        "command line -E: setting [http.port] must not be empty"
    );
    let twice = file("").set("http.port=1").set("http.port=2");
    assert_eq!(twice.refusal(), "command line -E: setting [http.port] is given twice");
    assert_eq!(file("").set("cluster.name=a=b").load().cluster_name, "a=b");
}

#[test]
fn the_process_tells_its_sources() {
    let sources = Sources::of_process(Some(PathBuf::from("elsewhere")), vec!["a=b".to_owned()]).unwrap();
    assert_eq!(sources.path_conf, PathBuf::from("elsewhere"));
    assert_eq!(sources.overrides, ["a=b"]);
    assert!(sources.machine.cores >= 1 && !sources.machine.host_name.is_empty());
    assert!(sources.working_dir.is_absolute());
}
