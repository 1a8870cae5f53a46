//! The desk from a shell: `lede brief ukraine`, and the prompt.
