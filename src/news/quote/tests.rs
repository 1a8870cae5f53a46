//! Cases and laws of quoting, on invented events.

use super::*;
