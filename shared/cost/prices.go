package cost

// Prices are the list prices of one region, on demand, without the free tier, in US dollars.
type Prices struct {
	Region string `json:"region"`
	Date   string `json:"date"` // on which they were read
	Source string `json:"source"`

	S3PutsPerMillion float64 `json:"s3_puts_per_million"` // PUT and POST; S3 tells SNS for nothing
	S3GetsPerMillion float64 `json:"s3_gets_per_million"` // GET and HEAD
	S3PerGBMonth     float64 `json:"s3_per_gb_month"`     // S3 Standard

	SNSPublishesPerMillion float64 `json:"sns_publishes_per_million"` // to SQS it delivers for nothing
	SQSRequestsPerMillion  float64 `json:"sqs_requests_per_million"`  // of at most 64 KB

	LambdaRequestsPerMillion float64 `json:"lambda_requests_per_million"`
	LambdaPerGBSecond        float64 `json:"lambda_per_gb_second"` // arm64

	// DynamoDB's units: a write of 1 KiB, a consistent read of 4 KiB.
	DynamoDBWritesPerMillion float64 `json:"dynamodb_writes_per_million"`
	DynamoDBReadsPerMillion  float64 `json:"dynamodb_reads_per_million"`

	LogsPerGB            float64 `json:"logs_per_gb"` // taken in
	XRayTracesPerMillion float64 `json:"xray_traces_per_million"`

	MetricMonth         float64 `json:"metric_month"`          // a custom metric
	AlarmMetricMonth    float64 `json:"alarm_metric_month"`    // a metric that an alarm looks at
	CompositeAlarmMonth float64 `json:"composite_alarm_month"` // whatever it is made of
	DashboardMonth      float64 `json:"dashboard_month"`
	SecretMonth         float64 `json:"secret_month"`
}

// USEast1 are the prices that everything here is computed with. Encryption is S3's own and DynamoDB's own, so there are no
// requests to KMS to pay for.
var USEast1 = Prices{
	Region: "us-east-1", Date: "2026-11-23",
	Source: "the services' pricing pages: aws.amazon.com/{s3,sns,sqs,lambda,dynamodb,cloudwatch,xray,secrets-manager}/pricing",

	S3PutsPerMillion: 5, S3GetsPerMillion: 0.40, S3PerGBMonth: 0.023,
	SNSPublishesPerMillion: 0.50, SQSRequestsPerMillion: 0.40,
	LambdaRequestsPerMillion: 0.20, LambdaPerGBSecond: 0.0000133334,
	DynamoDBWritesPerMillion: 0.625, DynamoDBReadsPerMillion: 0.125,
	LogsPerGB: 0.50, XRayTracesPerMillion: 5,
	MetricMonth: 0.30, AlarmMetricMonth: 0.10, CompositeAlarmMonth: 0.50, DashboardMonth: 3, SecretMonth: 0.40,
}
