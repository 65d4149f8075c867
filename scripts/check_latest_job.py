"""Shows the latest job in detail: its state, its agents, the committed sections and the events."""

import sys
from argparse import ArgumentParser

from scripts.cli import run
from scripts.deployment import add_arguments, find
from scripts.environment_check import diagnosis
from scripts.jobs_overview import JobOverview, latest_job


def main() -> int:
    """Return 0, or 1 if the database cannot be queried, or if a function that lacks variables blocks the job."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the job as JSON, null if there is none")
    add_arguments(parser)
    arguments = parser.parse_args()
    deployment = find(arguments)
    job = latest_job(deployment.connect())
    if arguments.json:
        print(job.model_dump_json(indent=1) if job else "null")
    else:
        print("\n".join(_lines(job)) if job else "There are no jobs.")
    is_active = job is not None and job.status in {"pending", "running"}
    if is_active and (problem := diagnosis(deployment, deployment.client("lambda"))):
        print(problem, file=sys.stderr)
        return 1
    return 0


def _lines(job: JobOverview) -> list[str]:
    lines = [
        f"job        {job.id} ({job.job_type})",
        f"status     {job.status}" + (f", stage {job.stage}, {job.progress_percent}%" if job.stage else ""),
        f"attempt    {job.attempt}",
        f"created    {job.created_at:%Y-%m-%d %H:%M:%S} UTC, {job.age_s:.0f} s ago",
    ]
    if job.running_s is not None:
        lines.append(f"took       {job.running_s:.1f} s")
    if job.lease_left_s is not None:
        lines.append(f"lease      {job.lease_left_s:.0f} s left")
    if job.error_message:
        lines.append(f"error      {job.error_message}")
    if not job.stage:
        lines.append("progress   not tracked")
    for agent in job.agents:
        lines.append(
            f"agent      {agent.name:11} {agent.status:9} {agent.progress_percent:3}%  {agent.message}".rstrip()
        )
        lines += [f"           {agent.slow_reason}"] * (agent.slow_reason is not None)
    for name, ran in sorted(job.sections.items()):
        delays = ", ".join(f"{cause} {value}" for cause, value in ran.delays.model_dump(exclude_defaults=True).items())
        lines.append(f"section    {name:11} {ran.duration_ms:6} ms  {delays}".rstrip())
    lines += [
        f"event {e.seq:4} {e.at:%H:%M:%S.%f} {e.kind:17} {e.agent or '':10} {e.message}".rstrip() for e in job.events
    ]
    return lines


if __name__ == "__main__":
    run(main)
