// Package e2e applies the project's Terraform to the local stack, sends events through the whole pipeline, and holds
// every destination against what was sent.
package e2e

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/gruntwork-io/terratest/modules/terraform"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local"
	"github.com/rumline/rumline/tests/local/frontdoor"
	"github.com/rumline/rumline/tests/privilege"
	"github.com/rumline/rumline/tests/roundtrip"
)

// pipeline is a deployed pipeline on a stack of its own.
type pipeline struct {
	venue
	stack      *local.Stack // nil in a real account
	deployment *local.Deployment
	terraform  *terraform.Options
	sent       *roundtrip.Sent
	counts     *counts
	calls      *privilege.Recorder
	happened   *happened
	oncallPath string
	announced  int64 // objects
	clients
	stores []roundtrip.Store
}

// clients reach the stack.
type clients struct {
	s3     *s3.Client
	sqs    *sqs.Client
	rules  *eventbridge.Client
	lambda *lambda.Client
	cloud  *cloudwatch.Client
	engine clickhouse.Conn
}

// deploy starts a stack and applies Terraform to it. Both are gone when the test is over, whatever becomes of it.
func deploy(t *testing.T) *pipeline {
	t.Helper()
	root, err := local.ProjectRoot()
	require.NoError(t, err)
	p := newPipeline(t)
	log, err := os.Create(filepath.Join(t.ArtifactDir(), "stack.log"))
	require.NoError(t, err)
	p.stack, err = local.Start(t.Context(), local.Options{
		Log: log, Alarms: true, Middleware: []frontdoor.Middleware{p.calls.Middleware}, OnLine: p.counts.line, OnEvent: p.happened.event, Step: func(what string) { t.Log(what) },
	})
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, p.stack.Stop(context.WithoutCancel(t.Context())))
		require.NoError(t, log.Close())
	})
	p.venue = onStack{p.stack, p.counts}
	run, err := p.stack.Terraform(t.Context(), filepath.Join(root, "dist", "local"))
	require.NoError(t, err)
	p.terraform = &terraform.Options{
		TerraformBinary: run.Binary, TerraformDir: run.Dir, Vars: variables(run.Vars),
		EnvVars: run.Env, NoColor: true, Parallelism: local.Parallelism,
	}
	p.apply(t, run.Workspace)
	return p
}

func newPipeline(t *testing.T) *pipeline {
	t.Helper()
	return &pipeline{
		counts: newCounts(), happened: new(happened), calls: privilege.NewRecorder(local.Account), sent: roundtrip.NewSent(),
		oncallPath: buildOncall(t),
	}
}

// apply applies Terraform in a workspace, and connects to what is there then.
func (p *pipeline) apply(t *testing.T, workspace string) {
	t.Helper()
	terraform.InitContext(t, t.Context(), p.terraform)
	terraform.WorkspaceSelectOrNewContext(t, t.Context(), p.terraform, workspace)
	terraform.ApplyContext(t, t.Context(), p.terraform)

	var err error
	outputs := map[string]json.RawMessage{}
	for name, value := range terraform.OutputAllContext(t, t.Context(), p.terraform) {
		outputs[name], err = json.Marshal(value)
		require.NoError(t, err)
	}
	p.deployment, err = local.NewDeployment(outputs)
	require.NoError(t, err)
	require.NoError(t, p.PutSecrets(t.Context(), p.deployment))
	p.connect(t)
}

func (p *pipeline) connect(t *testing.T) {
	t.Helper()
	config, err := p.Config(t.Context())
	require.NoError(t, err)
	p.clients = clients{
		s3:  s3.NewFromConfig(config, func(o *s3.Options) { o.DisableLogOutputChecksumValidationSkipped = true }),
		sqs: sqs.NewFromConfig(config), rules: eventbridge.NewFromConfig(config), lambda: lambda.NewFromConfig(config),
		cloud: cloudwatch.NewFromConfig(config),
	}
	options, err := clickhouse.ParseDSN(p.DSN())
	require.NoError(t, err)
	p.engine, err = clickhouse.Open(options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.engine.Close()) })
	p.stores = roundtrip.Stores(p.engine, p.output("parquet"), p.output("json"))
}

func (p *pipeline) output(destination string) roundtrip.Objects {
	o := p.deployment.Outputs[destination]
	return roundtrip.Objects{Client: p.s3, Bucket: o.Bucket, Prefix: o.Prefix}
}

// patience is how long no message may move: longer than the functions' visibility timeout.
const patience = 8 * time.Minute

// deliver puts a load into the raw bucket and waits until all destinations have taken it.
func (p *pipeline) deliver(t *testing.T, load roundtrip.Load) {
	t.Helper()
	p.put(t, load)
	require.NoError(t, p.Drain(t.Context(), p.deployment, patience))
	p.requireNoDeadLetters(t)
	p.requireConserved(t)
}

// put puts a load into the raw bucket.
func (p *pipeline) put(t *testing.T, load roundtrip.Load) {
	t.Helper()
	require.NoError(t, load.Put(t.Context(), p.s3, p.deployment.RawBucket, p.sent))
	p.announced += int64(len(load.Objects))
}

// compare holds destinations against all that was ever sent: those that are named, or all. It returns when that is done.
func (p *pipeline) compare(t *testing.T, only ...string) {
	t.Helper()
	t.Run("every event is at", func(t *testing.T) {
		for _, store := range p.stores {
			if len(only) > 0 && !slices.Contains(only, store.Name) {
				continue
			}
			t.Run(store.Name, func(t *testing.T) {
				t.Parallel()
				result, err := store.Compare(t.Context(), p.sent)
				require.NoError(t, err)
				require.True(t, result.Exact(), result.String())
				t.Log(result.String())
			})
		}
	})
	if t.Failed() {
		t.FailNow() // what comes next would only say the same again
	}
}

func variables(vars map[string]string) map[string]any {
	v := make(map[string]any, len(vars))
	for name, value := range vars {
		v[name] = value
	}
	v["tier_overrides"] = map[string]any{
		// A mapping that is half open is told from one that is closed, and a replay has executions to spare.
		"maximum_concurrency": 3, "reserved_concurrency": 4,
		// An alarm on what may come again looks back for as long as a message takes to come again, which is a multiple of the
		// timeout: that is for how long the last test waits until all is well. Batches are small, so that they fit.
		"destination_overrides": map[string]any{
			"batch_size": 50, "batch_window_seconds": 2, "timeout_seconds": 30, "max_receive_count": 3,
		},
	}
	return v
}
