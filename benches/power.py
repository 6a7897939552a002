"""How often knowing the regime can be told from luck, over many simulated markets.

Simulates the sample market with other seeds, runs `regime-aware` and its placebo on each, and
counts the systems whose gain over their plain twin has a one-sided p below 0.05. Standard library
only; a seed takes about a second.

    cargo build --release && python3 benches/power.py target/release/dfa-report --seeds 40
"""

import argparse
import json
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXPERIMENTS = ["regime-aware", "regime-aware-placebo"]


def gains(program, folder, seed):
    """By experiment and system: gain in R2, and its p-value."""
    run = lambda *words: subprocess.run([program, *words], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    run("sample", "--seed", str(seed), "--force")
    run("build")
    found = {}
    for experiment in EXPERIMENTS:
        results = json.loads((folder / "site" / experiment / "results.json").read_text())
        for name, model in results["models"].items():
            if model["system"]:
                found[experiment, name] = (model["system"]["r2_gain"], model["system"]["p_value"])
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=Path)
    parser.add_argument("--seeds", type=int, default=40)
    arguments = parser.parse_args()
    program = arguments.program.resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "experiments").mkdir()
        for experiment in EXPERIMENTS:
            shutil.copy(ROOT / "experiments" / f"{experiment}.yaml", folder / "experiments")
        runs = [gains(program, folder, seed) for seed in range(1, arguments.seeds + 1)]
    print(f"{'experiment':22} {'system':20} median gain  positive  p < 0.05   of {len(runs)} seeds")
    for experiment, system in runs[0]:
        pairs = [run[experiment, system] for run in runs]
        median = statistics.median(gain for gain, _ in pairs)
        positive = sum(gain > 0 for gain, _ in pairs) / len(pairs)
        # No p-value: the system never differed from its twin.
        beyond = sum(p is not None and p < 0.05 for _, p in pairs) / len(pairs)
        print(f"{experiment:22} {system:20} {median:10.2%}  {positive:8.0%}  {beyond:8.0%}")


if __name__ == "__main__":
    main()
