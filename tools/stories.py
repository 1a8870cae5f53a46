#!/usr/bin/env python3
"""Hold the grouping of stories against sets that it was not set by: stories.py LEDE FOLDER

Prints BCubed F1 (precision/recall) for each labelled set in FOLDER/eval/stories, and for the same
articles in other shapes, so that a change which only fits the sets as they are shows: the halves of
each set by story ("even", "odd"), each article cut to title and 35 words as feeds have them
("short"), and all sets as one stream ("mixed"). Standard library only.
"""
import collections
import json
import pathlib
import subprocess
import sys
import zlib

SETS = ["newsplease", "basil", "ecbplus", "duc04", "uci_headlines"]
SHORT_WORDS = 35


def read(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def bcubed(predicted, gold):
    """Precision and recall of {id: story} against {id: story}."""
    parts, stories, both = (collections.Counter() for _ in range(3))
    for article, story in gold.items():
        parts[predicted[article]] += 1
        stories[story] += 1
        both[predicted[article], story] += 1
    precision = sum(n * n / parts[part] for (part, _), n in both.items()) / len(gold)
    recall = sum(n * n / stories[story] for (_, story), n in both.items()) / len(gold)
    return precision, recall


def measure(lede, name, articles, gold):
    lines = "".join(json.dumps(article) + "\n" for article in articles)
    found = subprocess.run(
        [lede, "lab", "stories"], input=lines.encode(), stdout=subprocess.PIPE, check=True
    ).stdout
    predicted = {one["id"]: one["story"] for one in map(json.loads, found.splitlines())}
    p, r = bcubed(predicted, {article["id"]: gold[article["id"]] for article in articles})
    f1 = 2 * p * r / (p + r)
    print(f"{name:28} {f1:.4f} ({p:.3f}/{r:.3f})", flush=True)
    return f1


def shortened(article):
    words = " ".join((article["text"] or "").split()[:SHORT_WORDS])
    return {**article, "text": words}


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    lede, folder = sys.argv[1], pathlib.Path(sys.argv[2]) / "eval" / "stories"
    articles = {name: read(folder / f"{name}.articles.jsonl") for name in SETS}
    gold = {}
    for name in SETS:
        labels = read(folder / f"{name}.gold.jsonl")
        gold.update((one["id"], f"{name} {one['story']}") for one in labels)
    parity = {article: zlib.crc32(story.encode()) % 2 for article, story in gold.items()}
    shapes = {
        "whole": lambda name: articles[name],
        "even": lambda name: [one for one in articles[name] if parity[one["id"]] == 0],
        "odd": lambda name: [one for one in articles[name] if parity[one["id"]] == 1],
        "short": lambda name: [shortened(one) for one in articles[name]],
    }
    for shape, of in shapes.items():
        f1s = [measure(lede, f"{shape} {name}", of(name), gold) for name in SETS]
        print(f"{shape + ' mean':28} {sum(f1s) / len(f1s):.4f}")
    # Each set spread evenly over the stream, in its own order.
    spread = []
    for number, name in enumerate(SETS):
        size = len(articles[name])
        spread += [((at + 0.5) / size, number, one) for at, one in enumerate(articles[name])]
    spread.sort(key=lambda place: place[:2])
    measure(lede, "mixed", [one for _, _, one in spread], gold)


if __name__ == "__main__":
    main()
