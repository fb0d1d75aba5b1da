#[path = "suite"]
pub mod suite {
    pub mod script;
}
