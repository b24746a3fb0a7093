//! What happens to members: they are killed, paused, started again, parted from each other.

use super::EtcdCluster;
use crate::process::Process;

impl EtcdCluster {
    /// Kills a member: its connections are reset, and new ones refused.
    pub fn kill(&mut self, member: usize) {
        self.members[member].process = Process::Killed;
        self.introduce(member);
    }

    /// Kills as many members as leave the others without a majority, and says which.
    pub fn kill_quorum(&mut self) -> Vec<usize> {
        let killed: Vec<usize> = (0..self.majority()).collect();
        killed.iter().for_each(|it| self.kill(*it));
        killed
    }

    /// From now on the system takes connections for a member, and it says nothing.
    pub fn pause(&mut self, member: usize) {
        self.members[member].process.pause();
    }

    /// From now on it answers, what was asked in the meantime included.
    pub fn resume(&mut self, member: usize) {
        self.members[member].process.resume();
    }

    /// Kills a member if it runs, and starts it on the same ports with the same data. When this returns it serves, if a
    /// majority runs; without one no member can.
    pub async fn restart(&mut self, member: usize) {
        self.kill(member);
        self.run(member).await;
        if self.running().len() >= self.majority() {
            self.members[member].serves().await;
        }
    }

    /// Starts all members that were killed. When this returns every member that is not paused serves.
    pub async fn revive(&mut self) {
        for member in 0..self.size() {
            if matches!(self.members[member].process, Process::Killed) {
                self.run(member).await;
            }
        }
        for member in self.running() {
            self.members[member].serves().await;
        }
    }

    /// When this returns, nothing passes between those of `apart` and the other members, and nobody is told. Clients
    /// reach all of them.
    ///
    /// # Panics
    /// If there are no proxies between the members, see [`super::Builder::proxied_peers`].
    pub fn part(&self, apart: &[usize]) {
        self.peers.as_ref().expect("proxies between the members").part(apart);
    }

    /// From now on everything passes between all members.
    ///
    /// # Panics
    /// As [`EtcdCluster::part`].
    pub fn heal(&self) {
        self.peers.as_ref().expect("proxies between the members").heal();
    }

    async fn run(&mut self, member: usize) {
        let arguments = self.arguments(member);
        self.members[member].run(&arguments).await;
        self.introduce(member);
    }

    /// Tells the proxies who a member is now.
    fn introduce(&self, member: usize) {
        if let Some(peers) = &self.peers {
            peers.is(member, self.members[member].process.id());
        }
    }

    fn arguments(&self, member: usize) -> Vec<String> {
        let client = self.endpoint(member);
        let listens = format!("http://{}", self.members[member].peer.address());
        let mut arguments: Vec<String> = [
            format!("--listen-client-urls={client}"),
            format!("--advertise-client-urls={client}"),
            format!("--listen-peer-urls={listens}"),
        ]
        .into();
        arguments.extend(self.founding(member));
        arguments.extend(self.options.iter().map(|(name, value)| format!("--{name}={value}")));
        arguments
    }

    /// What makes a member one of this cluster.
    pub(super) fn founding(&self, member: usize) -> [String; 3] {
        let all: Vec<String> =
            (0..self.size()).map(|it| format!("{}={}", self.members[it].name, self.peer(it))).collect();
        [
            format!("--initial-advertise-peer-urls={}", self.peer(member)),
            format!("--initial-cluster={}", all.join(",")),
            format!("--initial-cluster-token=tests-{}", self.identity),
        ]
    }

    /// Where the others find a member.
    fn peer(&self, member: usize) -> String {
        let address = match &self.peers {
            Some(peers) => peers.address(member),
            None => self.members[member].peer.address(),
        };
        format!("http://{address}")
    }
}
