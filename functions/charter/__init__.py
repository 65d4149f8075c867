"""Invoked by the planner with an AgentTask; commits the section `charts` and answers a Receipt."""
