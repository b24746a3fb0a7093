use tokio::sync::oneshot;

use super::*;

#[tokio::test(start_paused = true)]
async fn a_writing_that_hangs_is_told_as_unanswered_and_its_answer_is_still_heard() {
    let (tell, told) = oneshot::channel();
    let call: BoxFuture<Result<MemberWritten, LogError>> = Box::pin(async move { told.await.unwrap() });
    let Done::Put { seq: 7, answer: Answer::NoAnswer, rest: Some(rest) } =
        put(7, call, Duration::from_millis(500)).await
    else {
        panic!("it has not been answered");
    };
    tell.send(Ok(MemberWritten::At(StoreRevision(9)))).unwrap();
    let Done::Put { seq: 7, answer: Answer::Written(at), rest: None } = answered(7, rest.await) else {
        panic!("it was answered");
    };
    assert_eq!(at, place(StoreRevision(9)));
}
