"""`python -m deploy.bench [name] [--json] [--quick]`."""

from __future__ import annotations

import argparse

from deploy.bench.run import ALL, CASES, run

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m deploy.bench", description="基准测试 Benchmarks")
    parser.add_argument("name", nargs="?", default=ALL, choices=[*CASES, ALL])
    parser.add_argument("--json", action="store_true", help="最后一行输出JSON the last line is JSON")
    parser.add_argument("--quick", action="store_true", help="只试运行 only a trial")
    given = parser.parse_args()
    run(given.name, given.json, given.quick)
