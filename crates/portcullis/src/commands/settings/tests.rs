use super::{SettingsError, print, print_markdown};
use crate::config::table;
use crate::config::tests::{Given, file};

fn printed(given: &Given) -> String {
    let mut out = Vec::new();
    print(&given.sources, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_row_is_printed_with_its_default() {
    let text = printed(&file(""));
    for row in table::rows() {
        assert!(text.lines().any(|line| line.split('\t').next() == Some(row.name)), "{}", row.name);
    }
    assert_eq!(text.lines().count(), table::rows().count() + 1);
    assert!(text.lines().all(|line| line.matches('\t').count() == 4));
    assert!(text.contains("\nhttp.port\t9200\tdefault\t"), "{text}");
    assert!(text.contains(
        ".load_balance.type\tfailover\tdefault\tfailover, round_robin, dns_failover, dns_round_robin\t"
    ));
}

#[test]
fn what_is_set_is_printed_with_its_origin() {
    let given = file("\nhttp.port: ${PORT}\nxpack.security.authc.realms.native.n.order: 3\n")
        .env("PORT", "7")
        .env("http.host", "::1")
        .set("cluster.name=a\tb");
    let text = printed(&given);
    for line in [
        "http.port\t7\tconf/portcullis.yml line 2\t",
        "http.host\t::1\tenvironment variable [http.host]\t",
        "cluster.name\ta\\tb\tcommand line -E\t",
        "xpack.security.authc.realms.native.n.order\t3\tconf/portcullis.yml line 3\t",
    ] {
        assert!(text.contains(&format!("\n{line}")), "{line} is not in\n{text}");
    }
}

#[test]
fn a_secret_value_is_not_printed() {
    let given = file(
        "xpack.notification.email.account.a.smtp.password: s3cret\ns3.client.default.secret_key: [s3cret]\n",
    );
    let text = printed(&given);
    assert!(!text.contains("s3cret"), "{text}");
    let url = "xpack.security.authc.realms.ldap.r.url";
    for list in ["'ldap://a, ldap://jo:s3cret@b'", "[ldap://a, 'ldap://jo:s3cret@b']"] {
        let text = printed(&file(&format!("{url}: {list}\n")));
        assert!(!text.contains("s3cret") && text.contains(&format!("\n{url}\t(hidden)\t")), "{text}");
    }
    let dn = printed(&file("xpack.security.authc.realms.ldap.r.bind_dn: jo@example.com\n"));
    assert!(dn.contains("\tjo@example.com\t"), "{dn}");
    assert!(text.contains("\ns3.client.default.secret_key\t(hidden)\t"), "{text}");
}

#[test]
fn a_wrong_configuration_is_not_printed() {
    let mut out = Vec::new();
    let error = print(&file("http.prot: 1").sources, &mut out).unwrap_err();
    assert!(matches!(error, SettingsError::Config(_)));
    assert_eq!(out, b"");
}

#[test]
fn the_documentation_is_printed_whole() {
    let mut out = Vec::new();
    print_markdown(&mut out).unwrap();
    assert_eq!(out, crate::config::docs::markdown().as_bytes());
}
