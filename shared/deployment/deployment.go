// Package deployment is what was deployed, as Terraform says it: the names of an environment's queues, functions and state
// machines. Terraform keeps it in Parameter Store, so that whoever operates the environment needs its name and nothing
// else: no state file, no outputs, no conventions.
//
//	/rumline/<workspace>/deployment                  Deployment
//	/rumline/<workspace>/destinations/<destination>  Destination
package deployment

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

// Deployment is one environment.
type Deployment struct {
	Workspace   string `json:"workspace"`
	Environment string `json:"environment"`
	Region      string `json:"region"`
	// RawBucket takes RUM objects, under RawPrefix.
	RawBucket   string `json:"raw_bucket"`
	RawPrefix   string `json:"raw_prefix"`
	LedgerTable string `json:"ledger_table"`
	// QuarantineBucket keeps refused records under QuarantinePrefix and parked messages under ParkedPrefix.
	QuarantineBucket string `json:"quarantine_bucket"`
	QuarantinePrefix string `json:"quarantine_prefix"`
	ParkedPrefix     string `json:"parked_prefix"`
	// ReplayStateMachine and BreakerStateMachine are ARNs.
	ReplayStateMachine  string `json:"replay_state_machine"`
	BreakerStateMachine string `json:"breaker_state_machine"`
	// AlarmTopic is the ARN of the topic that alarms and reports go to.
	AlarmTopic string `json:"alarm_topic"`
	// AlarmPrefix begins the names of all alarms. It may also begin those of another environment: rumline-dev- those of dev-ann.
	AlarmPrefix string `json:"alarm_prefix"`
	// Alarms are the kinds of those that are about no destination: their names without the prefix. Nil in what was applied before they
	// were named here.
	Alarms    []string `json:"alarms"`
	Dashboard string   `json:"dashboard"`
	// Functions are the names of all functions: of the destinations by their names, and replay, notify and migrate.
	Functions map[string]string `json:"functions"`
	// Versions are the versions of the functions that were published last, by the same names. Which of them run is another matter.
	Versions map[string]string `json:"versions"`

	Destinations map[string]Destination `json:"-"`
}

// Destination is what one of the environment's destinations consists of.
type Destination struct {
	QueueURL string `json:"queue_url"`
	QueueARN string `json:"queue_arn"`
	DLQURL   string `json:"dlq_url"`
	// Function is the function's name, Mapping the UUID of its event source mapping.
	Function string `json:"function"`
	Mapping  string `json:"mapping"`
	LogGroup string `json:"log_group"`
	// BatchSize is how many messages one invocation gets at most.
	BatchSize int `json:"batch_size"`
	// MaximumConcurrency is how many invocations the mapping makes at once, ReservedConcurrency how many there may be.
	MaximumConcurrency  int `json:"maximum_concurrency"`
	ReservedConcurrency int `json:"reserved_concurrency"`
	TimeoutSeconds      int `json:"timeout_seconds"`
	MaxReceiveCount     int `json:"max_receive_count"`
	QueueRetentionDays  int `json:"queue_retention_days"`
	// Alarms are the kinds of its alarms: their names without the prefix, the destination's name and the hyphen behind it.
	Alarms []string `json:"alarms"`
}

// Path is where Parameter Store has a workspace's deployment.
func Path(workspace string) string { return "/rumline/" + workspace + "/" }

// ErrNone is that nothing is deployed.
var ErrNone = errors.New("nothing is deployed")

// Load reads the deployment of a workspace. Its error is ErrNone when there is none.
func Load(ctx context.Context, client ssm.GetParametersByPathAPIClient, workspace string) (*Deployment, error) {
	var d Deployment
	found := false
	destinations := map[string]Destination{}
	pages := ssm.NewGetParametersByPathPaginator(client, &ssm.GetParametersByPathInput{
		Path: aws.String(Path(workspace)), Recursive: aws.Bool(true),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("read the deployment of %s: %w", workspace, err)
		}
		for _, p := range page.Parameters {
			name := strings.TrimPrefix(aws.ToString(p.Name), Path(workspace))
			if destination, ok := strings.CutPrefix(name, "destinations/"); ok {
				var one Destination
				err = json.Unmarshal([]byte(aws.ToString(p.Value)), &one)
				destinations[destination] = one
			} else if name == "deployment" {
				found = true
				err = json.Unmarshal([]byte(aws.ToString(p.Value)), &d)
			}
			if err != nil {
				return nil, fmt.Errorf("read parameter %s: %w", aws.ToString(p.Name), err)
			}
		}
	}
	if !found {
		return nil, fmt.Errorf("there is no workspace %s here: Parameter Store has nothing under %s: %w", workspace, Path(workspace), ErrNone)
	}
	d.Destinations = destinations
	return &d, nil
}

// Names are those of the destinations, in order.
func (d *Deployment) Names() []string { return slices.Sorted(maps.Keys(d.Destinations)) }

// Destination finds a destination by its name. Its error names those that there are.
func (d *Deployment) Destination(name string) (Destination, error) {
	if one, ok := d.Destinations[name]; ok {
		return one, nil
	}
	return Destination{}, fmt.Errorf("%s has no destination %q; it has %s", d.Workspace, name, strings.Join(d.Names(), ", "))
}
