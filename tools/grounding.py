#!/usr/bin/env python3
"""Make the weights of src/news/grounding.rs from labelled claims, and say how well they do.

usage: grounding.py FOLDER [LEDE]
FOLDER holds NAME.docs.jsonl, NAME.claims.jsonl and NAME.gold.jsonl of several sets; LEDE is the built
program (default target/debug/lede), which does the measuring. The weights are those of a logistic
regression without negative weights, every set counting the same and with an intercept of its own,
strongly drawn to zero: what helps one set only must not win. Printed with the figures on the sets
themselves, in five folds by document, and on each set with the weights of the others.
"""
import json
import math
import pathlib
import subprocess
import sys
import zlib

PENALTY, STEPS, FOLDS = 0.15, 150, 5


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def load(folder, program):
    sets = {}
    for docs in sorted(folder.glob("*.docs.jsonl")):
        name = docs.name.split(".")[0]
        claims = folder / f"{name}.claims.jsonl"
        with open(claims, "rb") as text:
            told = subprocess.run([program, "lab", "grounding", "--docs", str(docs), "--measures"],
                                  stdin=text, stdout=subprocess.PIPE, check=True).stdout
        gold = {g["id"]: g["supported"] for g in read(folder / f"{name}.gold.jsonl")}
        doc = {c["id"]: c["doc"] for c in read(claims)}
        told = [json.loads(line) for line in told.splitlines()]
        sets[name] = [(t["measures"], gold[t["id"]], zlib.crc32(doc[t["id"]].encode()) % FOLDS) for t in told]
    return sets


def fit(sets):
    weights = [0.1] * len(next(iter(sets.values()))[0][0])
    start = {name: 0.0 for name in sets}
    share = {name: {y: 0.5 / max(1, sum(r[1] == y for r in rows)) for y in (True, False)}
             for name, rows in sets.items()}
    squares, start_squares = [1e-8] * len(weights), {name: 1e-8 for name in sets}
    for _ in range(STEPS):
        slope = [PENALTY * w for w in weights]
        for name, rows in sets.items():
            start_slope = 0.0
            for x, y, _ in rows:
                p = 1 / (1 + math.exp(-start[name] - dot(weights, x)))
                k = (p - y) * share[name][y]
                start_slope += k
                for i, value in enumerate(x):
                    slope[i] += k * value
            start_squares[name] += start_slope ** 2
            start[name] -= 0.5 * start_slope / math.sqrt(start_squares[name])
        for i, s in enumerate(slope):
            squares[i] += s * s
            weights[i] = max(0.0, weights[i] - 0.5 * s / math.sqrt(squares[i]))
    return weights


def dot(weights, x):
    return sum(w * v for w, v in zip(weights, x))


def auc(weights, rows):
    good = [dot(weights, x) for x, y, _ in rows if y]
    bad = [dot(weights, x) for x, y, _ in rows if not y]
    return sum((a > b) + 0.5 * (a == b) for a in good for b in bad) / (len(good) * len(bad))


def balanced(weights, rows, least):
    right = {y: [(dot(weights, x) >= least) == y for x, got, _ in rows if got == y] for y in (True, False)}
    return sum(sum(r) / len(r) for r in right.values()) / 2


def say(what, figures):
    print(what, " ".join(f"{f:.3f}" for f in figures), f"mean {sum(figures) / len(figures):.4f}")


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    root = pathlib.Path(__file__).resolve().parent.parent
    program = sys.argv[2] if len(sys.argv) == 3 else str(root / "target/debug/lede")
    sets = load(pathlib.Path(sys.argv[1]), program)
    print("sets", " ".join(sets))
    weights = [round(w, 2) for w in fit(sets)]
    sums = [s / 100 for s in range(0, 400)]
    least = max(sums, key=lambda s: sum(balanced(weights, rows, s) for rows in sets.values()))
    print("WEIGHTS", weights, "SUM_MIN", least)
    say("AUC, the sets themselves", [auc(weights, rows) for rows in sets.values()])
    say("balanced accuracy", [balanced(weights, rows, least) for rows in sets.values()])
    folds = []
    for k in range(FOLDS):
        others = fit({name: [r for r in rows if r[2] != k] for name, rows in sets.items()})
        folds.append([auc(others, [r for r in rows if r[2] == k]) for rows in sets.values()])
    say("AUC, five folds", [sum(f) / FOLDS for f in zip(*folds)])
    say("AUC, weights of the other sets",
        [auc(fit({n: r for n, r in sets.items() if n != name}), rows) for name, rows in sets.items()])


if __name__ == "__main__":
    main()
