//! Answers of the module `pricing`.
