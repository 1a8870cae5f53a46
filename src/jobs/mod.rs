//! What runs unasked: one file a job, each with a `tick` that a test can call.
