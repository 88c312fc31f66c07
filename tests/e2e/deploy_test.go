// Package e2e applies the project's Terraform to the local stack, sends events through the whole pipeline, and holds
// every destination against what was sent.
package e2e

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/gruntwork-io/terratest/modules/terraform"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local"
	"github.com/rumline/rumline/tests/roundtrip"
)

// pipeline is a deployed pipeline on a stack of its own.
type pipeline struct {
	*local.Stack
	deployment *local.Deployment
	terraform  *terraform.Options
	sent       *roundtrip.Sent
	counts     *counts
	announced  int64 // objects
	s3         *s3.Client
	stores     []roundtrip.Store
}

// deploy starts a stack and applies Terraform to it. Both are gone when the test is over, whatever becomes of it.
func deploy(t *testing.T) *pipeline {
	t.Helper()
	root, err := local.ProjectRoot()
	require.NoError(t, err)
	p := &pipeline{counts: newCounts(), sent: roundtrip.NewSent()}
	log, err := os.Create(filepath.Join(t.ArtifactDir(), "stack.log"))
	require.NoError(t, err)
	p.Stack, err = local.Start(t.Context(), local.Options{Log: log, OnLine: p.counts.line, Step: func(what string) { t.Log(what) }})
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, p.Stop(context.WithoutCancel(t.Context())))
		require.NoError(t, log.Close())
	})
	run, err := p.Terraform(t.Context(), filepath.Join(root, "dist", "local"))
	require.NoError(t, err)
	p.terraform = &terraform.Options{
		TerraformBinary: run.Binary, TerraformDir: run.Dir, VarFiles: []string{run.VarFile}, Vars: variables(run.Vars),
		EnvVars: run.Env, NoColor: true, SetVarsAfterVarFiles: true, Parallelism: local.Parallelism,
	}
	terraform.InitContext(t, t.Context(), p.terraform)
	terraform.WorkspaceSelectOrNewContext(t, t.Context(), p.terraform, run.Workspace)
	terraform.ApplyContext(t, t.Context(), p.terraform)

	outputs := map[string]json.RawMessage{}
	for name, value := range terraform.OutputAllContext(t, t.Context(), p.terraform) {
		outputs[name], err = json.Marshal(value)
		require.NoError(t, err)
	}
	p.deployment, err = local.NewDeployment(outputs)
	require.NoError(t, err)
	require.NoError(t, p.PutSecrets(t.Context(), p.deployment))
	p.connect(t)
	return p
}

func (p *pipeline) connect(t *testing.T) {
	t.Helper()
	clients, err := p.Config(t.Context())
	require.NoError(t, err)
	p.s3 = s3.NewFromConfig(clients, func(o *s3.Options) { o.DisableLogOutputChecksumValidationSkipped = true })
	options, err := clickhouse.ParseDSN(p.ClickHouse.DSN())
	require.NoError(t, err)
	conn, err := clickhouse.Open(options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	p.stores = roundtrip.Stores(conn, p.output("parquet"), p.output("json"))
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
	require.NoError(t, load.Put(t.Context(), p.s3, p.deployment.RawBucket, p.sent))
	p.announced += int64(len(load.Objects))
	require.NoError(t, p.Drain(t.Context(), p.deployment, patience))
	depths, err := p.Depths(t.Context(), p.deployment)
	require.NoError(t, err)
	for name, depth := range depths {
		require.Zero(t, depth.Dead, "dead letters of %s", name)
	}
	p.requireConserved(t)
}

// compare holds all destinations against all that was ever sent.
func (p *pipeline) compare(t *testing.T) {
	t.Helper()
	for _, store := range p.stores {
		t.Run(store.Name, func(t *testing.T) {
			t.Parallel()
			result, err := store.Compare(t.Context(), p.sent)
			require.NoError(t, err)
			require.True(t, result.Exact(), result.String())
			t.Log(result.String())
		})
	}
}

func variables(vars map[string]string) map[string]any {
	v := make(map[string]any, len(vars))
	for name, value := range vars {
		v[name] = value
	}
	return v
}
