// Package upgrade upgrades a running deployment of the former release to the present state, under traffic.
package upgrade

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/deployed"
	"github.com/rumline/rumline/tests/local"
	"github.com/rumline/rumline/tests/local/frontdoor"
)

const (
	// patience is how long no message may move: longer than the functions' visibility timeout.
	patience  = 8 * time.Minute
	workspace = "local-up"
	database  = "rumline_upgrade"
	// interrupted is the destination whose function is in the middle of a batch when its code is replaced.
	interrupted = "parquet"
)

// TestUpgrade: the former release runs under traffic while the present state is applied over it, with messages in the queues and a
// function in the middle of a batch. Nothing that holds data is replaced, nothing is lost, and nothing comes twice.
func TestUpgrade(t *testing.T) {
	ctx := t.Context()
	former := findBaseline(t)
	middle := newMidBatch("rumline-" + workspace + "-" + interrupted)
	stack := start(t, middle)

	t.Log("building the former functions")
	artifacts, err := former.build(ctx)
	require.NoError(t, err)
	root, err := local.ProjectRoot()
	require.NoError(t, err)
	after, err := stack.Terraform(ctx, filepath.Join(root, "dist", "local"))
	require.NoError(t, err)
	before, err := stack.Terraform(ctx, artifacts)
	require.NoError(t, err)
	before.Dir = former.terraform()

	t.Log("applying the former release")
	w, err := stack.NewWorkspace(ctx, before, workspace)
	require.NoError(t, err)
	plan, err := w.Plan(ctx)
	require.NoError(t, err)
	require.NotEmpty(t, those(plan, keepers, tfjson.Actions.Create), "what holds data is known by its type")
	require.NotEmpty(t, those(plan, links, tfjson.Actions.Create), "likewise")
	deployment, err := w.Apply(ctx)
	require.NoError(t, err)
	require.NoError(t, former.migrate(ctx, stack, database))
	e, err := deployed.Connect(ctx, stack, deployment, database, 1)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	require.NoError(t, e.Put(ctx, 1000, 20))
	require.NoError(t, e.Settle(ctx, patience))

	t.Log("planning the present state")
	require.NoError(t, w.Configure(ctx, after, stack))
	plan, err = w.Plan(ctx)
	require.NoError(t, err)
	require.Empty(t, those(plan, keepers, gone), "these hold data, and an upgrade would drop it")
	require.Empty(t, those(plan, links, broken), "without these messages are lost")
	require.True(t, replacesCode(plan), "no function changes, and an upgrade that changes nothing shows nothing")

	t.Log("applying the present state, under traffic")
	middle.arm()
	end := traffic(t, e)
	upgraded, err := w.Apply(ctx)
	sending := end()
	require.NoError(t, err)
	require.NoError(t, sending)
	requireSamePlaces(t, deployment, upgraded)
	require.NoError(t, deployed.Migrate(ctx, stack, database))
	require.True(t, middle.wasCaught(), "the code was not replaced in the middle of a batch")
	require.NoError(t, e.Put(ctx, 1000, 20))
	require.NoError(t, e.Settle(ctx, patience))
	t.Logf("%d events, from before, during and after", e.Sent())

	plan, err = w.Plan(ctx)
	require.NoError(t, err)
	require.Empty(t, changed(plan), "a second plan has something to do")
}

func start(t *testing.T, middle *midBatch) *local.Stack {
	t.Helper()
	log, err := os.Create(filepath.Join(t.ArtifactDir(), "stack.log"))
	require.NoError(t, err)
	stack, err := local.Start(t.Context(), local.Options{
		Log: log, Step: func(what string) { t.Log(what) }, Middleware: []frontdoor.Middleware{middle.middleware},
	})
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, stack.Stop(context.WithoutCancel(t.Context())))
		require.NoError(t, log.Close())
	})
	return stack
}

// traffic puts events until end is called, which returns what went wrong. Some messages are always under way, and not more than the
// emulator is through with when the apply is.
func traffic(t *testing.T, e *deployed.Environment) (end func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error, 1)
	go func() {
		const every = 2 * time.Second
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			// Not broken off: what was put and not noted would be too much.
			if err := e.Put(context.WithoutCancel(ctx), 40, 2); err != nil {
				failed <- err
				return
			}
			select {
			case <-ticker.C:
			case <-ctx.Done():
				failed <- nil
				return
			}
		}
	}()
	return func() error {
		cancel()
		return <-failed
	}
}

var (
	// keepers are the types of resources that hold what cannot be made again.
	keepers = []string{
		"aws_s3_bucket", "aws_dynamodb_table", "aws_sqs_queue", "aws_sns_topic", "aws_secretsmanager_secret", "aws_kms_key",
		"aws_glue_catalog_database", "aws_glue_catalog_table",
	}
	// links are those that hold nothing, and without which something is lost for as long as they are not there.
	links = []string{"aws_sns_topic_subscription", "aws_s3_bucket_notification"}
)

// gone says that a change removes what there is, for good or to make it anew.
func gone(a tfjson.Actions) bool { return a.Delete() || a.Replace() || a.Forget() }

// broken says that a change leaves nothing in between.
func broken(a tfjson.Actions) bool { return a.Delete() || a.DestroyBeforeCreate() || a.Forget() }

// those are the addresses of what is of some types and is changed in a way.
func those(plan *tfjson.Plan, types []string, is func(tfjson.Actions) bool) (addresses []string) {
	for _, c := range plan.ResourceChanges {
		if slices.Contains(types, c.Type) && is(c.Change.Actions) {
			addresses = append(addresses, c.Address+": "+join(c.Change.Actions))
		}
	}
	return addresses
}

// changed are the addresses of all that a plan would change.
func changed(plan *tfjson.Plan) (addresses []string) {
	for _, c := range plan.ResourceChanges {
		if !c.Change.Actions.NoOp() && !c.Change.Actions.Read() {
			addresses = append(addresses, c.Address+": "+join(c.Change.Actions))
		}
	}
	return addresses
}

// replacesCode says whether a plan gives the function that is to be interrupted new code.
func replacesCode(plan *tfjson.Plan) bool {
	return slices.ContainsFunc(plan.ResourceChanges, func(c *tfjson.ResourceChange) bool {
		if c.Type != "aws_lambda_function" || !c.Change.Actions.Update() {
			return false
		}
		before, _ := c.Change.Before.(map[string]any)
		after, _ := c.Change.After.(map[string]any)
		name, _ := before["function_name"].(string)
		return strings.HasSuffix(name, "-"+interrupted) && before["source_code_hash"] != after["source_code_hash"]
	})
}

func join(actions tfjson.Actions) string {
	var words []string
	for _, a := range actions {
		words = append(words, string(a))
	}
	return strings.Join(words, " and ")
}

// requireSamePlaces: producers, queues and readers find everything where it was.
func requireSamePlaces(t *testing.T, before, after *local.Deployment) {
	t.Helper()
	require.Equal(t, before.RawBucket, after.RawBucket)
	require.Equal(t, before.RawPrefix, after.RawPrefix)
	require.Equal(t, before.TopicARN, after.TopicARN)
	require.Equal(t, before.Outputs, after.Outputs)
	require.Equal(t, before.Quarantine, after.Quarantine)
	for name, destination := range before.Destinations {
		require.Equal(t, destination, after.Destinations[name], name)
	}
}
