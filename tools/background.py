#!/usr/bin/env python3
"""Make src/text/background.tsv: in how many news articles each English stem stands.

usage: background.py ARTICLES.jsonl [LEDE]
ARTICLES holds one {"title", "text"} a line; LEDE is the built program (default target/debug/lede).
The program does the counting, so that the stems are those it will look up. Figures only, no text.
"""
import pathlib
import subprocess
import sys


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    root = pathlib.Path(__file__).resolve().parent.parent
    program = sys.argv[2] if len(sys.argv) == 3 else str(root / "target/debug/lede")
    with open(sys.argv[1], "rb") as articles:
        table = subprocess.run(
            [program, "lab", "background"], stdin=articles, stdout=subprocess.PIPE, check=True
        ).stdout
    (root / "src/text/background.tsv").write_bytes(table)


if __name__ == "__main__":
    main()
