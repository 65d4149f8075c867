"""The baseline for the api function's cost: a typical poll written with FastAPI, Mangum and boto3.

Not part of the product. `api_cost.py` runs it with its own packages.
"""

import json
import os
from datetime import datetime
from typing import Any
from uuid import UUID

import boto3
from fastapi import Depends, FastAPI, HTTPException, Request
from mangum import Mangum
from pydantic import BaseModel

SELECT_JOB = """
    SELECT id, job_type, status, attempt, error_message, progress_data, created_at, updated_at
      FROM jobs WHERE id = :job_id::uuid AND user_id = :user_id"""
_CLIENT = boto3.client("rds-data")


class Job(BaseModel):
    id: UUID
    job_type: str
    status: str
    attempt: int
    error_message: str | None
    progress_data: dict[str, Any] | None
    created_at: datetime
    updated_at: datetime


app = FastAPI()


def user_id(request: Request) -> str:
    return str(request.scope["aws.event"]["requestContext"]["authorizer"]["jwt"]["claims"]["sub"])


@app.get("/api/jobs/{job_id}", response_model=Job)  # type: ignore[untyped-decorator] # FastAPI is not installed here
def read_job(job_id: UUID, user: str = Depends(user_id)) -> Job:
    response = _CLIENT.execute_statement(
        resourceArn=os.environ["DB_CLUSTER_ARN"],
        secretArn=os.environ["DB_SECRET_ARN"],
        database="alex",
        sql=SELECT_JOB,
        parameters=[
            {"name": "job_id", "value": {"stringValue": str(job_id)}},
            {"name": "user_id", "value": {"stringValue": user}},
        ],
        includeResultMetadata=True,
    )
    if not response["records"]:
        raise HTTPException(404)
    names = [column["name"] for column in response["columnMetadata"]]
    values = [None if "isNull" in field else next(iter(field.values())) for field in response["records"][0]]
    row = dict(zip(names, values, strict=True))
    return Job.model_validate(row | {"progress_data": json.loads(row["progress_data"] or "null")})


handler = Mangum(app, lifespan="off")
