//! One test binary: the model world, the commands in the product's words, and the tidiness of the code.

mod readme;
mod tidy;
mod world;
