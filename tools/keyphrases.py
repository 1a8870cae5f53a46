#!/usr/bin/env python3
"""Make the weights of src/text/keyphrases/measures.rs from labelled texts, and say how well they do.

usage: keyphrases.py FOLDER SCORERS [LEDE]          (needs numpy)
FOLDER holds NAME.docs.jsonl and NAME.gold.jsonl of several sets, SCORERS score_keyphrases.py; LEDE is
the built program (default target/debug/lede), which does the measuring. One set of weights for all:
a logistic regression in which every set, every text and, within a text, right and wrong phrases count
the same; then ascent on the smoothed share of right phrases among a text's best ones, drawn to where
it began. Printed with F1@10 on the sets themselves, in five folds by text, and on each set with the
weights of the others.
"""
import json
import pathlib
import subprocess
import sys
import zlib

import numpy as np

FOLDS, KEYS = 5, 10
# Sets whose scorer does not stem.
UNSTEMMED = {"ptbn", "wikinews_fr"}
# The regression: penalty and steps of Newton's method. The ascent: penalty, steps, step size, width
# of the smoothed threshold, and the rank at which it stands (phrases inside others fall out later).
PENALTY, NEWTON_STEPS = 0.003, 12
DRAW, STEPS, STEP, WIDTH, RANK = 0.1, 250, 0.03, 0.6, 14


class Text:
    """A text's phrases: measures (one row each), gold key or -1, and what `pick` asks for."""

    def __init__(self, told, gold, norm):
        wanted, self.gold = {}, 0
        for key in gold:
            variants = {norm(v) for v in key.split("|")} - {""}
            if variants and not variants & wanted.keys():
                wanted.update(dict.fromkeys(variants, self.gold))
                self.gold += 1
        phrases = told["phrases"]
        self.keys = [norm(p["key"]) for p in phrases]
        self.right = np.array([wanted.get(key, -1) for key in self.keys], int)
        self.rows = np.array([p["measures"] for p in phrases], np.float32)
        self.stems = [tuple(p["stems"]) for p in phrases]
        self.counts = [p["count"] for p in phrases]
        self.fold = zlib.crc32(told["id"].encode()) % FOLDS

    def f1(self, weights):
        picked, seen, hits = [], set(), set()
        for i in np.argsort(-(self.rows @ weights), kind="stable"):
            if len(picked) == KEYS:
                break
            if any(self.counts[i] <= self.counts[j] and holds(self.stems[j], self.stems[i]) for j in picked):
                continue
            picked.append(i)
            seen.add(self.keys[i])
            hits |= {self.right[i]} - {-1}
        return 2 * len(hits) / (len(seen - {""}) + self.gold) if picked and self.gold else 0.0


def holds(longer, shorter):
    return any(longer[i:i + len(shorter)] == shorter for i in range(len(longer) - len(shorter) + 1))


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def load(folder, scorers, program):
    sys.path.insert(0, str(scorers))
    from score_keyphrases import norm
    sets = {}
    for docs in sorted(folder.glob("*.docs.jsonl")):
        name = docs.name.split(".")[0]
        known, stemming = {}, name not in UNSTEMMED

        def cached(key):
            if key not in known:
                known[key] = norm(key, stemming)
            return known[key]

        gold = {g["id"]: g["keys"] for g in read(folder / f"{name}.gold.jsonl")}
        with open(docs, "rb") as text:
            told = subprocess.run([program, "lab", "keyphrases", "--measures"], stdin=text,
                                  stdout=subprocess.PIPE, check=True).stdout
        told = map(json.loads, told.splitlines())
        sets[name] = [text for t in told if (text := Text(t, gold[t["id"]], cached)).keys]
    return sets


def fit(sets):
    texts = [text for name in sets for text in sets[name]]
    share = np.concatenate([np.full(len(sets[name]), 1 / len(sets[name]) / len(sets)) for name in sets])
    rows = np.concatenate([text.rows for text in texts])
    scale = rows.std(0) + 1e-6
    rows = (rows - rows.mean(0)) / scale
    right = np.concatenate([text.right >= 0 for text in texts])
    ends = np.cumsum([0] + [len(text.right) for text in texts])
    of = np.repeat(np.arange(len(texts)), np.diff(ends))
    start = regression(rows, right, of, ends, share)
    weights, speed, force = start.copy(), np.zeros_like(start), np.zeros_like(start)
    worth = share * 2 * KEYS / (KEYS + np.array([text.gold for text in texts]))
    for t in range(1, STEPS + 1):
        scores = rows @ weights.astype(np.float32)
        threshold = np.array([np.partition(scores[a:b], -min(RANK, b - a))[-min(RANK, b - a)]
                              for a, b in zip(ends, ends[1:])])
        p = 1 / (1 + np.exp(-np.clip((scores - threshold[of]) / WIDTH, -30, 30)))
        near = p * (1 - p) / WIDTH
        # The threshold moves with the scores: what one phrase gains another loses.
        mean = np.add.reduceat(near * right, ends[:-1]) / (np.add.reduceat(near, ends[:-1]) + 1e-9)
        slope = DRAW * (weights - start) - rows.T @ (worth[of] * near * (right - mean[of])).astype(np.float32)
        speed, force = 0.9 * speed + 0.1 * slope, 0.99 * force + 0.01 * slope ** 2
        rate = STEP if t < 0.6 * STEPS else 0.3 * STEP
        weights -= rate * speed / (1 - 0.9 ** t) / (np.sqrt(force / (1 - 0.99 ** t)) + 1e-9)
    return weights / scale


def regression(rows, right, of, ends, share):
    """Weights on standardised measures; right and wrong phrases of a text weigh the same together."""
    count = np.add.reduceat(right.astype(float), ends[:-1])
    count = np.where(right, count[of], (np.diff(ends) - count)[of])
    worth = share[of] / np.maximum(count, 1)
    rows = np.concatenate([rows, np.ones((len(rows), 1), np.float32)], 1)
    weights = np.zeros(rows.shape[1])
    penalty = np.full(len(weights), PENALTY)
    penalty[-1] = 0
    for _ in range(NEWTON_STEPS):
        p = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (worth * (p - right)) + penalty * weights
        bend = (rows * (worth * p * (1 - p))[:, None]).T @ rows + np.diag(penalty + 1e-9)
        weights -= np.linalg.solve(bend, slope)
    return weights[:-1]


def show(title, sets, weights_of):
    f1 = {name: np.mean([text.f1(weights_of(name, text)) for text in sets[name]]) for name in sets}
    print(title, *(f"{name} {value:.4f}" for name, value in f1.items()), f"mean {np.mean(list(f1.values())):.4f}")


def main():
    folder, scorers = map(pathlib.Path, sys.argv[1:3])
    sets = load(folder, scorers, sys.argv[3] if len(sys.argv) > 3 else "target/debug/lede")
    weights = fit(sets)
    print(",\n".join(f"{weight:.3f}" for weight in weights))
    show("on the sets themselves:", sets, lambda name, text: weights)
    folds = [fit({name: [t for t in texts if t.fold != fold] for name, texts in sets.items()})
             for fold in range(FOLDS)]
    show("in five folds:", sets, lambda name, text: folds[text.fold])
    others = {name: fit({other: texts for other, texts in sets.items() if other != name}) for name in sets}
    show("with the weights of the other sets:", sets, lambda name, text: others[name])


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main()
