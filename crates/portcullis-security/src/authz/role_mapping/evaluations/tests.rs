use std::sync::mpsc;

use super::*;

#[tokio::test]
async fn no_thread_that_answers_requests_is_held() {
    let thread =
        async |effort| Evaluations::default().run(effort, || std::thread::current().id()).await.unwrap();
    assert_ne!(thread(SMALL + 1).await, std::thread::current().id());
    assert_eq!(
        thread(SMALL).await,
        std::thread::current().id(),
        "for next to nothing nobody changes threads"
    );
}

#[tokio::test]
async fn one_that_nobody_waits_for_still_has_its_turn() {
    let evaluations = Evaluations::default();
    let (end, ends) = mpsc::channel::<()>();
    let (begun, begins) = mpsc::channel();
    let ends = Arc::new(std::sync::Mutex::new(ends));
    for _ in 0..AT_ONCE {
        let (begun, ends) = (begun.clone(), Arc::clone(&ends));
        let work = evaluations.run(SMALL + 1, move || {
            begun.send(()).unwrap();
            ends.lock().unwrap().recv().unwrap();
        });
        tokio::select! {
            biased;
            _ = work => panic!("it cannot be at its end"),
            () = async {} => {}
        }
        begins.recv().unwrap();
    }
    assert_eq!(evaluations.0.available_permits(), 0);
    (0..AT_ONCE).for_each(|_| end.send(()).unwrap());
    evaluations.run(SMALL + 1, || ()).await.unwrap();
}
