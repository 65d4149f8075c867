# Stored data is encrypted, and the database can be restored.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "stored_data_is_encrypted_and_protected" {
  assert {
    condition     = aws_rds_cluster.this.storage_encrypted
    error_message = "The database is encrypted."
  }

  assert {
    condition     = alltrue([for queue in values(aws_sqs_queue.this) : queue.sqs_managed_sse_enabled])
    error_message = "Messages are encrypted."
  }

  assert {
    condition     = alltrue([for key in [aws_secretsmanager_secret.database_user["api"].kms_key_id, aws_cloudwatch_log_group.access.kms_key_id, aws_cloudwatch_log_group.database.kms_key_id] : key == aws_kms_key.this[0].arn])
    error_message = "The created key encrypts the secret and the logs."
  }

  assert {
    condition     = aws_kms_key.this[0].enable_key_rotation
    error_message = "The key rotates."
  }

  assert {
    condition     = aws_rds_cluster.this.deletion_protection && !aws_rds_cluster.this.skip_final_snapshot && aws_rds_cluster.this.backup_retention_period == 7
    error_message = "AWS refuses to delete it, and deleting it leaves a snapshot."
  }

  assert {
    condition     = aws_rds_cluster.this.manage_master_user_password && aws_rds_cluster.this.enable_http_endpoint
    error_message = "RDS manages the owner's password, and the Data API is on."
  }

  assert {
    condition     = aws_rds_cluster.this.serverlessv2_scaling_configuration[0].min_capacity == 0 && aws_rds_cluster.this.serverlessv2_scaling_configuration[0].seconds_until_auto_pause == 300
    error_message = "It pauses after five idle minutes."
  }

  assert {
    condition     = length(aws_default_security_group.this.ingress) == 0 && length(aws_default_security_group.this.egress) == 0 && !aws_rds_cluster_instance.this.publicly_accessible
    error_message = "No network traffic reaches it."
  }

  assert {
    condition     = { for parameter in aws_rds_cluster_parameter_group.this.parameter : parameter.name => parameter.value }["log_error_verbosity"] == "terse"
    error_message = "DETAIL lines would contain the parameters of slow statements and the keys of constraint errors."
  }
}

run "your_key_encrypts_everything" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/yours"
  }

  assert {
    condition     = length(aws_kms_key.this) == 0 && aws_rds_cluster.this.kms_key_id == var.kms_key_arn && aws_secretsmanager_secret.database_user["api"].kms_key_id == var.kms_key_arn
    error_message = "No other key is created."
  }
}
