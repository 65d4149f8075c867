# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "aurora-data-api==0.5.0", "boto3==1.43.106", "sqlalchemy-aurora-data-api==0.5.0", "sqlalchemy==2.0.44",
# ]
#
# [tool.uv]
# exclude-newer = "2026-11-28T00:00:00Z"
# ///
"""Two Python clients of the RDS Data API, each with its own table."""

import json
import os

import aurora_data_api
import boto3
import sqlalchemy

ARGUMENTS = {"aurora_cluster_arn": os.environ["CLUSTER_ARN"], "secret_arn": os.environ["SECRET_ARN"]}
CLIENT = boto3.client(
    "rds-data", endpoint_url=os.environ["DATA_API_URL"], region_name="us-east-1",
    aws_access_key_id="local", aws_secret_access_key="local",
)  # fmt: skip


def dbapi() -> dict:
    connected = aurora_data_api.connect(**ARGUMENTS, database=os.environ["DATABASE"], rds_data_client=CLIENT)
    with connected as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE of_dbapi (id integer, amount numeric, document jsonb)")
        cursor.execute("INSERT INTO of_dbapi VALUES (:id, 12.5, '[1]')", {"id": 1})
        cursor.execute("SELECT id, amount FROM of_dbapi")
        return {"rows": [[str(value) for value in row] for row in cursor.fetchall()]}


def engine() -> dict:
    made = sqlalchemy.create_engine(
        f"postgresql+auroradataapi://:@/{os.environ['DATABASE']}", connect_args={**ARGUMENTS, "rds_data_client": CLIENT}
    )
    with made.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE of_sqlalchemy (id integer, name text)"))
        connection.execute(sqlalchemy.text("INSERT INTO of_sqlalchemy VALUES (:id, :name)"), {"id": 1, "name": "Ada"})
    with made.connect() as connection:
        rows = connection.execute(sqlalchemy.text("SELECT id, name FROM of_sqlalchemy")).all()
    return {"rows": [list(row) for row in rows]}


print(json.dumps({"dbapi": dbapi(), "sqlalchemy": engine()}))
