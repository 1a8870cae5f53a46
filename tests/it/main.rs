//! One test binary: the model world, the commands in the product's words, and the tidiness of the code.

mod faults_table;
mod flows;
mod readme;
mod registration;
mod shell;
mod simulation;
mod tidy;
mod world;
