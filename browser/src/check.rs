//! What is held of pages: each file measures one thing and says what is wrong with it.

pub mod audit;
pub mod charts;
pub mod head;
pub mod layout;
pub mod links;
pub mod network;
pub mod paper;
pub mod plain;
pub mod weight;
