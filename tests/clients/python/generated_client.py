# /// script
# requires-python = ">=3.11"
# dependencies = ["httpx==0.28.1", "attrs==25.4.0", "python-dateutil==2.9.0.post0"]
#
# [tool.uv]
# exclude-newer = "2026-11-28T00:00:00Z"
# ///
"""The client that openapi-python-client generated, in the folder that is the first argument."""

import io
import json
import os
import sys

sys.path.insert(0, sys.argv[1])
from alex_client import AuthenticatedClient
from alex_client.api.accounts import create_account, delete_account
from alex_client.api.jobs import read_job, start_analysis
from alex_client.api.portfolio import import_file
from alex_client.models import AnalysisRequest, NewAccount
from alex_client.types import File

client = AuthenticatedClient(base_url=os.environ["API_URL"], token=os.environ["TOKEN"])
made = create_account.sync(client=client, body=NewAccount(account_name="openapi-python-client"))
refused = create_account.sync_detailed(client=client, body=NewAccount(account_name="openapi-python-client"))
started = start_analysis.sync(client=client, body=AnalysisRequest())
job = read_job.sync(client=client, job_id=started.job_id)
stranger = AuthenticatedClient(base_url=os.environ["API_URL"], token="none")
unauthorized = read_job.sync_detailed(client=stranger, job_id=started.job_id)
file = File(payload=io.BytesIO(b"account,symbol,quantity\nIRA,VTI,3\n"))
previewed = import_file.sync(client=client, body=file, dry_run=True)
delete_account.sync_detailed(client=client, account_id=made.id)
print(
    json.dumps(
        {
            "cash": made.cash_balance,
            "refused": refused.status_code.value,
            "job": job.id == started.job_id,
            "unauthorized": unauthorized.parsed.message,
            "previewed": previewed.positions,
        }
    )
)
