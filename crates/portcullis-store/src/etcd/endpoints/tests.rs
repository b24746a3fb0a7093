//! Whose turn it is.

use super::*;

fn three() -> Endpoints {
    let urls = (1..=3).map(|port| format!("http://127.0.0.1:{port}")).collect();
    Endpoints::new(&EtcdSettings::new(urls, "/p/")).expect("good settings")
}

#[test]
fn each_in_turn_and_round_again() {
    let endpoints = three();
    let mut asked = Vec::new();
    for _ in 0..4 {
        let (turn, endpoint) = endpoints.current();
        asked.push(endpoint.url().to_owned());
        endpoints.pass(turn);
    }
    let expected = [1, 2, 3, 1].map(|port| format!("http://127.0.0.1:{port}"));
    assert_eq!(asked, expected);
}

#[test]
fn who_answers_stays() {
    let endpoints = three();
    assert_eq!(endpoints.current().0, endpoints.current().0);
}

#[test]
fn two_calls_that_fail_together_leave_nobody_out() {
    let endpoints = three();
    let (one, _) = endpoints.current();
    let (other, _) = endpoints.current();
    endpoints.pass(one);
    endpoints.pass(other);
    assert_eq!(endpoints.current().1.url(), "http://127.0.0.1:2");
}
