# Aurora PostgreSQL, which pauses while it is idle, and the secrets for access through the RDS Data API.

locals {
  database_name = "alex"
  database_logs = "/aws/rds/cluster/${var.name_prefix}/postgresql"
}

resource "aws_rds_cluster" "this" {
  # checkov:skip=CKV2_AWS_8:the cluster's continuous backups are kept for backup_retention_days; a backup plan would store them twice
  # checkov:skip=CKV_AWS_327:encrypted with AWS's key unless kms_key_arn is set, because the final snapshot would be unreadable once a key created here is deleted
  cluster_identifier = var.name_prefix
  engine             = "aurora-postgresql"
  engine_mode        = "provisioned" # required for Serverless v2
  engine_version     = var.engine_version
  database_name      = local.database_name

  master_username               = "alex"
  manage_master_user_password   = true
  master_user_secret_kms_key_id = var.kms_key_arn

  enable_http_endpoint                = true
  iam_database_authentication_enabled = true
  db_subnet_group_name                = aws_db_subnet_group.this.name
  vpc_security_group_ids              = [aws_default_security_group.this.id]
  db_cluster_parameter_group_name     = aws_rds_cluster_parameter_group.this.name

  serverlessv2_scaling_configuration {
    min_capacity             = var.min_capacity
    max_capacity             = var.max_capacity
    seconds_until_auto_pause = var.min_capacity == 0 ? var.seconds_until_auto_pause : null
  }

  storage_encrypted               = true
  kms_key_id                      = var.kms_key_arn
  backup_retention_period         = var.backup_retention_days
  copy_tags_to_snapshot           = true
  deletion_protection             = var.deletion_protection
  skip_final_snapshot             = !var.final_snapshot
  final_snapshot_identifier       = "${var.name_prefix}-final-${formatdate("YYYYMMDD-hhmmss", plantimestamp())}"
  enabled_cloudwatch_logs_exports = ["postgresql"]
  apply_immediately               = true

  depends_on = [aws_cloudwatch_log_group.database]

  lifecycle {
    ignore_changes = [final_snapshot_identifier] # set once, with a timestamp, so that each database leaves its own snapshot
  }
}

resource "aws_rds_cluster_instance" "this" {
  # checkov:skip=CKV_AWS_118:enhanced monitoring writes a log around the clock and costs more than a paused database
  # checkov:skip=CKV_AWS_353:AWS advises against Performance Insights below 2 capacity units
  identifier                 = "${var.name_prefix}-1"
  cluster_identifier         = aws_rds_cluster.this.id
  engine                     = aws_rds_cluster.this.engine
  engine_version             = aws_rds_cluster.this.engine_version
  instance_class             = "db.serverless"
  publicly_accessible        = false
  auto_minor_version_upgrade = true
  copy_tags_to_snapshot      = true
}

resource "aws_rds_cluster_parameter_group" "this" {
  name        = var.name_prefix
  description = "Logs schema changes and slow statements, without parameters or keys."
  family      = "aurora-postgresql16"

  parameter {
    name  = "log_statement"
    value = "ddl"
  }

  parameter {
    name  = "log_min_duration_statement"
    value = "1000"
  }

  # Omits DETAIL lines: the parameters of slow statements (an import's are the whole portfolio) and the offending keys
  # of constraint errors would otherwise stay in CloudWatch for a year
  parameter {
    name  = "log_error_verbosity"
    value = "terse"
  }

  # No parameters even where a session asks for more, and no STATEMENT lines, whose text may contain literal values
  parameter {
    name  = "log_parameter_max_length"
    value = "0"
  }

  parameter {
    name  = "log_parameter_max_length_on_error"
    value = "0"
  }

  parameter {
    name  = "log_min_error_statement"
    value = "panic"
  }

  parameter {
    name         = "rds.force_ssl"
    value        = "1"
    apply_method = "pending-reboot" # in effect from the first start
  }
}

resource "aws_cloudwatch_log_group" "database" {
  name              = local.database_logs
  retention_in_days = var.log_retention_days
  kms_key_id        = local.kms_key_arn
}

# The api function and the workers each sign in as a database user with the grants in functions/migrator/grants.py. The
# migrator creates the users and their passwords, so no password is in Terraform's state or on anyone's machine.
resource "aws_secretsmanager_secret" "database_user" {
  # checkov:skip=CKV2_AWS_57:rotation is manual, by raising database_password_version, which sets new passwords in the secrets and in the database; a schedule would need another function with the owner's rights and would wake a paused database
  for_each = local.database_users

  name_prefix             = "${var.name_prefix}-database-${each.key}-" # plus a random suffix, because a deleted secret keeps its name for a while
  description             = "Database user of the ${var.name_prefix} functions that use database:${each.key}."
  kms_key_id              = local.kms_key_arn
  recovery_window_in_days = var.secret_recovery_days
}
