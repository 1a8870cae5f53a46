#!/usr/bin/env python3
"""Fit the constants of src/news/quote/concepts.rs and say how well they hold on stories not fitted on.

usage: quotes.py EVAL [LEDE]
EVAL holds the labelled sets (`summaries/NAME.docs.jsonl`, `.gold.jsonl`) and `porter.py`; they are not
part of the repository. LEDE is the built program (default target/debug/lede). Needs scikit-learn.

A concept (word or pair of words) is worth the chance that a person's summary holds it: a logistic
regression, one for words and one for pairs, for stories (fitted on all ten articles of a story and
on parts of two to five) and one for single articles. Printed are the constants, and ROUGE of the
choice with constants fitted on other stories: five folds, and for single articles the other set.
"""
import collections
import json
import math
import pathlib
import random
import re
import subprocess
import sys

import numpy
from sklearn.linear_model import LogisticRegression

SETS = {"duc04_multi": ["--words", "100"], "inshorts": ["--words", "60"], "cnndm": ["--sentences", "3"]}
LEAD = [1.0, 0.6, 0.4]
# Articles of the parts of a story that are fitted on beside the whole.
PARTS = [2, 3, 5]
FOLDS = 5
# Inverse strength of the regression's penalty.
LOOSENESS = 0.3
SWAP_ROUNDS = 6


def sheets(program, options, stories):
    lines = "".join(json.dumps(story) + "\n" for story in stories)
    done = subprocess.run([program, "lab", "sheet", *options], input=lines, capture_output=True, check=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def pieces(words):
    """Words that say something, and neighbours of which one does."""
    found = {(stem, stem, False) for stem, stop in words if not stop}
    for (a, a_stops), (b, b_stops) in zip(words, words[1:]):
        if not (a_stops and b_stops):
            found.add((a, b, True))
    return found


class Concepts:
    """What is counted of a story's concepts: as `concepts.rs` does."""

    def __init__(self, sentences, titles, articles):
        self.sentences, self.articles = sentences, articles
        central = self.centrality()
        self.times, self.holders, self.stops = collections.Counter(), collections.defaultdict(set), {}
        for sentence in sentences:
            for stem, stop in sentence["words"]:
                self.times[stem] += 1
                self.holders[stem].add(sentence["article"])
                self.stops[stem] = stop
        self.titled = {stem for title in titles for stem, _ in title}
        wanted = [{stem for stem, stop in title if not stop} for title in titles]
        self.counts, self.held = {}, []
        for at, sentence in enumerate(sentences):
            title = wanted[sentence["article"]]
            held = {stem for stem, stop in sentence["words"] if not stop}
            beside = len(title & held) / len(title) if title else 0.0
            lead = LEAD[sentence["position"]] if sentence["position"] < len(LEAD) else 0.0
            place = sentence["position"] / (max(2, sentence["of"]) - 1)
            here = pieces(sentence["words"])
            for piece in here:
                new = dict(sentences=0, leads={}, first=0.0, earliest=1.0, first_at=at, central=0.0, beside=0.0)
                count = self.counts.setdefault(piece, new)
                count["sentences"] += 1
                count["leads"][sentence["article"]] = max(count["leads"].get(sentence["article"], 0.0), lead)
                count["first"] = max(count["first"], float(sentence["position"] == 0))
                count["earliest"] = min(count["earliest"], place)
                count["central"] = max(count["central"], central[at])
                count["beside"] = max(count["beside"], beside)
            self.held.append(here)
        self.number = {piece: number for number, piece in enumerate(self.counts)}
        self.pairs = numpy.array([pair for _, _, pair in self.counts], bool)
        rows = [self.row(piece, count) for piece, count in self.counts.items()]
        self.rows = numpy.array(rows).reshape(len(rows), -1)
        self.shared = numpy.array([len(count["leads"]) > 1 for count in self.counts.values()], bool)
        self.grid = numpy.zeros((len(sentences), len(rows)), numpy.float32)
        for at, here in enumerate(self.held):
            self.grid[at, [self.number[piece] for piece in here]] = 1

    def centrality(self):
        rows = [collections.Counter(stem for stem, stop in s["words"] if not stop) for s in self.sentences]
        holders = collections.Counter(stem for row in rows for stem in row)
        total, vectors = collections.Counter(), []
        for row in rows:
            vector = {stem: times * math.log(len(rows) / holders[stem]) for stem, times in row.items()}
            length = math.sqrt(sum(weight * weight for weight in vector.values()))
            vector = {stem: weight / length for stem, weight in vector.items()} if length else vector
            vectors.append(vector)
            for stem, weight in vector.items():
                total[stem] += weight
        cosines = [sum(weight * total[stem] for stem, weight in vector.items()) for vector in vectors]
        largest = max(cosines, default=0.0)
        return [cosine / largest if largest else cosine for cosine in cosines]

    def row(self, piece, count):
        a, b, pair = piece
        often = count["sentences"]
        if self.articles > 1:
            lead = sum(count["leads"].values())
            share = lambda stem: 0.0 if self.stops[stem] else len(self.holders[stem]) / self.articles
            both = [self.stops[a] + self.stops[b], min(share(a), share(b)), max(share(a), share(b))]
            row = [math.log(1 + often), math.log(1 + lead), len(count["leads"]) / self.articles]
            row += [lead / self.articles, count["first"], count["earliest"], count["central"]]
            return row + (both if pair else [0.0, 0.0, 0.0])
        first = count["first_at"]
        topical = [float(stem in self.titled and not self.stops[stem]) for stem in (a, b)]
        row = [math.log(0.01 + often), math.exp(-first / 3), math.log(1 + first)]
        row += [first / (max(2, len(self.sentences)) - 1), count["central"], count["beside"]]
        row += [float(a in self.titled and b in self.titled), sum(topical) / 2]
        return row + [math.log(1 + min(self.times[a], self.times[b]))]

    def target(self, references):
        """The share of the summaries that hold each concept."""
        held = [set().union(*[pieces_with_stops(s["words"]) for s in ref["sentences"]] or [set()]) for ref in references]
        return numpy.array([sum(piece in one for one in held) / len(held) for piece in self.counts])

    def values(self, fitted):
        (word_bias, word), (pair_bias, pair) = fitted
        x = numpy.where(self.pairs, pair_bias + self.rows @ pair, word_bias + self.rows @ word)
        p = 1 / (1 + numpy.exp(-x))
        if self.articles == 1:
            return numpy.where(self.pairs, 0.5 * p, 0.5 * p**1.3)
        value = numpy.where(self.pairs, 0.55 * p**1.1, 0.45 * p**1.3)
        return numpy.where(self.shared, value, 0.0) if self.articles >= 4 else value

    def choose(self, fitted, kind, most):
        """As `choice.rs` does."""
        value = self.values(fitted)
        grid, value = self.grid[:, value > 0], value[value > 0]
        length = numpy.array([max(1, s["length"]) for s in self.sentences])
        fit = numpy.array([s["fit"] for s in self.sentences])
        covered = grid * numpy.array([s["quality"] for s in self.sentences])[:, None]
        cost = length if kind == "--words" else numpy.ones(len(length), int)
        exponent, swap = (0.75, 0.0) if kind == "--words" else (0.5, 0.5)
        chosen = []

        def cover(of):
            return covered[of].max(0) if of else numpy.zeros(len(value))

        def gains(best):
            return (numpy.maximum(covered - best, 0) * grid) @ value

        def free(of):
            can = fit & (cost <= most - cost[of].sum() if of else cost <= most)
            can[chosen] = False
            return can

        def fill(power):
            while (can := free(chosen)).any():
                gain = gains(cover(chosen))
                merit = numpy.where(can & (gain > 1e-6), gain / length**power, -1)
                if merit.max() <= 0:
                    return
                chosen.append(int(merit.argmax()))

        fill(exponent)
        for _ in range(SWAP_ROUNDS):
            if not chosen:
                break
            words = length[chosen].sum()
            top, out, into = (cover(chosen) @ value) / words**swap * 1.00001, None, None
            for place, leaves in enumerate(chosen):
                rest = chosen[:place] + chosen[place + 1:]
                can = free(rest)
                if not can.any():
                    continue
                best = cover(rest)
                merit = (best @ value + gains(best)) / (words - length[leaves] + length) ** swap
                merit = numpy.where(can, merit, -1)
                if merit.max() > top:
                    top, out, into = merit.max(), place, int(merit.argmax())
            if out is None:
                break
            chosen[out] = into
            fill(0.0)
        return " ".join(self.sentences[at]["text"] for at in sorted(chosen))


def pieces_with_stops(words):
    stems = [stem for stem, _ in words]
    return {(stem, stem, False) for stem in stems} | {(a, b, True) for a, b in zip(stems, stems[1:])}


def fit(rows):
    """Of (features, is pair, target), each story of one weight: bias and weights of words, of pairs."""
    fitted = []
    for pair in (False, True):
        x = numpy.vstack([x[is_pair == pair] for x, is_pair, _ in rows])
        y = numpy.concatenate([y[is_pair == pair] for _, is_pair, y in rows])
        weight = numpy.concatenate([numpy.ones((is_pair == pair).sum()) for _, is_pair, _ in rows])
        mean, spread = x.mean(0), x.std(0) + 1e-9
        z = (x - mean) / spread
        model = LogisticRegression(C=LOOSENESS, max_iter=300)
        classes = numpy.concatenate([numpy.ones(len(y)), numpy.zeros(len(y))])
        model.fit(numpy.vstack([z, z]), classes, numpy.concatenate([y * weight, (1 - y) * weight]) + 1e-12)
        fitted.append((model.intercept_[0] - (model.coef_[0] * mean / spread).sum(), model.coef_[0] / spread))
    return fitted


def rouge(text, references, stem):
    def grams(text):
        words = [stem(word) if len(word) > 3 else word for word in re.findall(r"[a-z0-9]+", text.lower())]
        return collections.Counter(words), collections.Counter(zip(words, words[1:]))

    sums = numpy.zeros(4)
    for reference in references:
        for order, (mine, theirs) in enumerate(zip(grams(text), grams(reference))):
            hit = sum((mine & theirs).values())
            precision, recall = hit / max(1, sum(mine.values())), hit / max(1, sum(theirs.values()))
            sums[order] += recall
            sums[order + 2] += 2 * precision * recall / (precision + recall) if hit else 0.0
    return sums / len(references)


def load(folder, name, program):
    read = lambda kind: [json.loads(line) for line in open(folder / f"summaries/{name}.{kind}.jsonl", encoding="utf-8")]
    gold = {story["id"]: story["refs"] for story in read("gold")}
    stories = []
    for number, sheet in enumerate(sheets(program, SETS[name], read("docs"))):
        refs = gold[sheet["id"]]
        held = sheets(program, ["--words", "1"], [{"id": "", "docs": [{"text": ref}]} for ref in refs])
        articles, parts = len(sheet["titles"]), []
        order = list(range(articles))
        random.Random(number).shuffle(order)
        for some in [order] + ([order[at:at + size] for size in PARTS for at in range(0, articles - size + 1, size)] if articles > 5 else []):
            sentences = [s for s in sheet["sentences"] if s["article"] in some]
            concepts = Concepts(sentences, sheet["titles"], len(some))
            parts.append((concepts.rows, concepts.pairs, concepts.target(held)))
            whole = concepts if some is order else whole
        stories.append((name, whole, parts, refs))
    return stories


def report(what, stories, chosen, stem):
    for name in dict.fromkeys(story[0] for story in stories):
        scores = [rouge(text, refs, stem) for (own, _, _, refs), text in zip(stories, chosen) if own == name]
        recall1, recall2, f1, f2 = numpy.mean(scores, 0)
        print(f"{name}, {what}: recall {recall1:.4f} {recall2:.4f}, F1 {f1:.4f} {f2:.4f}", flush=True)


def measure(stories, stem):
    rows = lambda keep: [row for at, story in enumerate(stories) if keep(at, story) for row in story[2]]
    choose = lambda story, fitted: story[1].choose(fitted, SETS[story[0]][0], int(SETS[story[0]][1]))
    folds = [random.Random(at).randrange(FOLDS) for at in range(len(stories))]
    models = [fit(rows(lambda at, _: folds[at] != fold)) for fold in range(FOLDS)]
    report("other folds", stories, [choose(story, models[folds[at]]) for at, story in enumerate(stories)], stem)
    names = list(dict.fromkeys(story[0] for story in stories))
    if len(names) > 1:
        others = {name: fit(rows(lambda _, story: story[0] != name)) for name in names}
        report("the other set", stories, [choose(story, others[story[0]]) for story in stories], stem)
    everything = fit(rows(lambda *_: True))
    report("fitted on itself", stories, [choose(story, everything) for story in stories], stem)
    for kind, (bias, weights) in zip(("words", "pairs"), everything):
        print(f"{kind}: {bias:.3f} |", " ".join(f"{weight:.3f}" for weight in weights))


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    root = pathlib.Path(__file__).resolve().parent.parent
    program = sys.argv[2] if len(sys.argv) == 3 else str(root / "target/debug/lede")
    sys.path.insert(0, str(folder))
    from porter import stem

    for names in (["duc04_multi"], ["inshorts", "cnndm"]):
        measure([story for name in names for story in load(folder, name, program)], stem)


if __name__ == "__main__":
    main()
