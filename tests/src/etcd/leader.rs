//! Who leads, by what a majority says.

use serde_json::{Value, json};

use super::gateway::number;
use super::{EtcdCluster, ONE_MEMBER, PAUSE};

impl EtcdCluster {
    /// The member that leads: it runs, says so itself, and a majority says so too. Waits for an election.
    pub async fn leader(&self) -> usize {
        self.eventually("a leader", async || self.agreed_leader().await).await
    }

    /// True if this member leads, as [`EtcdCluster::leader`] has it.
    pub async fn is_leader(&self, member: usize) -> bool {
        self.agreed_leader().await == Some(member)
    }

    /// Has another member lead. When this returns it does.
    pub async fn move_leader(&self, to: usize) {
        self.eventually("the other leader", async || {
            let leader = self.leader().await;
            if leader == to {
                return Some(());
            }
            let status = self.status(to).await?;
            let target = json!({"targetID": status["header"]["member_id"]});
            // An accident is seen by that somebody else leads still.
            let _ = self.ask_member(leader, "/v3/maintenance/transfer-leadership", &target, ONE_MEMBER).await;
            None
        })
        .await;
    }

    /// How often it has elected, by its own count: of that no term is without a leader, and it never goes back.
    pub async fn term(&self) -> u64 {
        let term = async || {
            let leader = self.leader().await;
            Some(number(&self.status(leader).await?["raftTerm"]))
        };
        self.eventually("a term", term).await
    }

    /// What a member says of itself, if it runs and says something at once.
    async fn status(&self, member: usize) -> Option<Value> {
        self.ask_member(member, "/v3/maintenance/status", &json!({}), PAUSE * 50).await.ok()
    }

    async fn agreed_leader(&self) -> Option<usize> {
        let mut named = Vec::new();
        for member in self.running() {
            if let Some(status) = self.status(member).await {
                let own = number(&status["header"]["member_id"]);
                named.push((member, own, number(&status["leader"])));
            }
        }
        let votes = |id: u64| named.iter().filter(|(_, _, leader)| *leader == id).count();
        let leads = |(_, own, leader): &&(usize, u64, u64)| own == leader && votes(*own) >= self.majority();
        named.iter().find(leads).map(|(member, ..)| *member)
    }
}
