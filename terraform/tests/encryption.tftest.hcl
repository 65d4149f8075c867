# What lies on a disk is encrypted, and the database can be brought back.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "everything_is_encrypted" {
  assert {
    condition     = aws_rds_cluster.this.storage_encrypted
    error_message = "The database is encrypted."
  }

  assert {
    condition     = alltrue([for queue in concat(values(aws_sqs_queue.this), values(aws_sqs_queue.dead)) : queue.sqs_managed_sse_enabled])
    error_message = "Messages are encrypted."
  }

  assert {
    condition     = alltrue([for key in [aws_secretsmanager_secret.application.kms_key_id, aws_cloudwatch_log_group.access.kms_key_id, aws_cloudwatch_log_group.database.kms_key_id] : key == aws_kms_key.this[0].arn])
    error_message = "Secret and logs are encrypted with the key made for them."
  }

  assert {
    condition     = aws_kms_key.this[0].enable_key_rotation
    error_message = "The key rotates."
  }
}

run "a_key_of_yours_takes_the_place_of_ours_and_encrypts_the_database_too" {
  variables {
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/yours"
  }

  assert {
    condition     = length(aws_kms_key.this) == 0 && aws_rds_cluster.this.kms_key_id == var.kms_key_arn && aws_secretsmanager_secret.application.kms_key_id == var.kms_key_arn
    error_message = "Yours is the only one."
  }
}

run "the_database_is_protected_and_backed_up" {
  assert {
    condition     = aws_rds_cluster.this.deletion_protection && !aws_rds_cluster.this.skip_final_snapshot && aws_rds_cluster.this.backup_retention_period == 7
    error_message = "Nobody deletes it by accident, and nothing is lost when somebody does."
  }

  assert {
    condition     = aws_rds_cluster.this.manage_master_user_password && aws_rds_cluster.this.enable_http_endpoint
    error_message = "RDS keeps the owner's password, and the Data API is on."
  }

  assert {
    condition     = aws_rds_cluster.this.serverlessv2_scaling_configuration[0].min_capacity == 0 && aws_rds_cluster.this.serverlessv2_scaling_configuration[0].seconds_until_auto_pause == 300
    error_message = "It pauses after five minutes."
  }

  assert {
    condition     = length(aws_default_security_group.this.ingress) == 0 && length(aws_default_security_group.this.egress) == 0 && !aws_rds_cluster_instance.this.publicly_accessible
    error_message = "No network reaches it."
  }
}
