package account

import (
	"fmt"
	"strings"
)

// item is one part of what a run costs.
type item struct {
	what   string
	amount float64
	usd    float64 // each
}

// hoursPerMonth turns prices by the month into prices by the hour; a run takes an hour at most.
const hoursPerMonth = 730

// items are what a run takes: prices of us-east-1, amounts estimated on the high side.
// https://aws.amazon.com/pricing/
var items = []item{
	{"Lambda, GB-seconds on arm64", 3000, 0.0000133334},
	{"Lambda, requests", 5000, 0.20e-6},
	{"S3, PUT and LIST requests", 20000, 5e-6},
	{"S3, GET requests", 20000, 0.4e-6},
	{"SQS, requests with those of the pollers", 60000, 0.40e-6},
	{"SNS, publishes", 2000, 0.50e-6},
	{"DynamoDB, writes on demand", 10000, 0.625e-6},
	{"Step Functions, transitions", 500, 25e-6},
	{"CloudWatch, alarms for an hour", 90, 0.10 / hoursPerMonth},
	{"CloudWatch, metrics for an hour", 300, 0.30 / hoursPerMonth},
	{"CloudWatch, dashboard for an hour", 1, 3.0 / hoursPerMonth},
	{"CloudWatch Logs, GB taken in", 0.1, 0.50},
	{"Secrets Manager, secrets for an hour", 2, 0.40 / hoursPerMonth},
	{"KMS, key for an hour", 1, 1.0 / hoursPerMonth},
	{"KMS, requests", 20000, 0.03 / 10000},
	{"X-Ray, traces", 5000, 5e-6},
}

// Estimate is what a run costs in US dollars, without the ClickHouse.
func Estimate() (usd float64) {
	for _, i := range items {
		usd += i.amount * i.usd
	}
	return usd
}

// Announcement says what a run does in an account, and what it costs.
func Announcement(account, workspace, database string) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("This runs the end-to-end test in the AWS account %s.", account)
	line("  - It applies the project's Terraform as workspace %s, all of whose names begin with rumline-%s,", workspace, workspace)
	line("    and makes the database %s in the ClickHouse of %s.", database, EnvDSN)
	line("  - It puts some 100,000 events into the raw bucket of its own and waits until they have arrived; that takes about half an hour.")
	line("  - It destroys the workspace and drops the database, also when the test fails.")
	line("  - Its metrics are those of the environment dev: in an account in which dev lives, they are mixed.")
	line("It costs about $%.2f, the ClickHouse aside:", Estimate())
	for _, i := range items {
		line("  %-40s %9g   $%.4f", i.what, i.amount, i.amount*i.usd)
	}
	return b.String()
}
