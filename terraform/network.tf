# A network for the database alone. The database is reachable only through the Data API, not over the network.

# The first two zones of a fixed list, so that a zone that AWS adds later does not move the database
data "aws_availability_zones" "this" {
  state = "available"

  filter {
    name   = "zone-name"
    values = [for letter in ["a", "b", "c", "d"] : "${var.region}${letter}"]
  }
}

resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/24"

  tags = { Name = var.name_prefix }
}

resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id # no rules: no traffic in or out
}

resource "aws_subnet" "this" {
  count = 2

  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(aws_vpc.this.cidr_block, 2, count.index)
  availability_zone = data.aws_availability_zones.this.names[count.index]

  tags = { Name = "${var.name_prefix}-${count.index + 1}" }
}

resource "aws_db_subnet_group" "this" {
  name        = var.name_prefix
  description = "Subnets without routes in or out."
  subnet_ids  = aws_subnet.this[*].id
}

# Records rejected traffic

resource "aws_flow_log" "this" {
  vpc_id          = aws_vpc.this.id
  traffic_type    = "REJECT"
  log_destination = aws_cloudwatch_log_group.network.arn
  iam_role_arn    = aws_iam_role.network.arn
}

resource "aws_cloudwatch_log_group" "network" {
  name              = "/aws/vpc/${var.name_prefix}"
  retention_in_days = var.log_retention_days
  kms_key_id        = local.kms_key_arn
}

resource "aws_iam_role" "network" {
  name        = "${var.name_prefix}-network"
  description = "Writes the flow log of rejected traffic."

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "vpc-flow-logs.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "network" {
  name = "grants"
  role = aws_iam_role.network.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "OwnLog"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogGroups", "logs:DescribeLogStreams"]
      Resource = ["${aws_cloudwatch_log_group.network.arn}:*"]
    }]
  })
}
