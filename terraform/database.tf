# Aurora PostgreSQL, which pauses when nobody works, and the secrets to reach it through the RDS Data API.

locals {
  database_name = "alex"
  database_logs = "/aws/rds/cluster/${var.name_prefix}/postgresql"
}

resource "aws_rds_cluster" "this" {
  # checkov:skip=CKV2_AWS_8:the cluster's own continuous backups are kept for backup_retention_days; a second plan would keep them twice
  # checkov:skip=CKV_AWS_327:AWS's own key, unless kms_key_arn names one: the final snapshot could not be read after a key made here is gone
  cluster_identifier = var.name_prefix
  engine             = "aurora-postgresql"
  engine_mode        = "provisioned" # which Serverless v2 is
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
    ignore_changes = [final_snapshot_identifier] # of the first plan, so that a second database leaves another snapshot
  }
}

resource "aws_rds_cluster_instance" "this" {
  # checkov:skip=CKV_AWS_118:enhanced monitoring writes a log around the clock, which costs more than a paused database
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
  description = "Logs changes of the schema, and statements that take a second."
  family      = "aurora-postgresql16"

  parameter {
    name  = "log_statement"
    value = "ddl"
  }

  parameter {
    name  = "log_min_duration_statement"
    value = "1000"
  }

  parameter {
    name         = "rds.force_ssl"
    value        = "1"
    apply_method = "pending-reboot" # it is there before the database first starts
  }
}

resource "aws_cloudwatch_log_group" "database" {
  name              = local.database_logs
  retention_in_days = var.log_retention_days
  kms_key_id        = local.kms_key_arn
}

# The functions sign in as a user of their own, which may read and change rows and nothing else. The migrator makes it,
# and its password, which so is in no state and on nobody's machine.
resource "aws_secretsmanager_secret" "application" {
  # checkov:skip=CKV2_AWS_57:raising database_password_version rotates it, together with the user in the database
  name_prefix             = "${var.name_prefix}-database-" # and something random: a deleted secret keeps its name for a while
  description             = "The database user of ${var.name_prefix}'s functions."
  kms_key_id              = local.kms_key_arn
  recovery_window_in_days = var.secret_recovery_days
}
