package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/hashicorp/terraform-exec/tfexec"

	"github.com/rumline/rumline/tests/local/provision"
)

// Region is the one that the stack plays.
const Region = "us-east-1"

// Parallelism is Terraform's against the stack. Most of an apply is the provider's waits for things to settle, which
// hold their places: with the default of 10 the rest queues behind them.
const Parallelism = 32

// workspace is Terraform's for the local stack.
const workspace = "local"

// Deployment is what Terraform says of what it has made.
type Deployment struct {
	Workspace    string                 `json:"workspace"`
	RawBucket    string                 `json:"raw_bucket"`
	RawPrefix    string                 `json:"raw_prefix"`
	Destinations map[string]Destination `json:"destinations"`
	Outputs      map[string]Output      `json:"outputs"`
	Quarantine   Output                 `json:"quarantine"`
	TopicARN     string                 `json:"topic_arn"`
	Secrets      map[string]Secret      `json:"secrets"`
	// ReplayStateMachine and BreakerStateMachine are ARNs, as AlarmTopic is; Dashboard is a name.
	ReplayStateMachine  string `json:"replay_state_machine"`
	BreakerStateMachine string `json:"breaker_state_machine"`
	AlarmTopic          string `json:"alarm_topic"`
	Dashboard           string `json:"dashboard"`
}

// Destination is one of Terraform's destinations.
type Destination struct {
	QueueURL     string `json:"queue_url"`
	DLQURL       string `json:"dlq_url"`
	FunctionName string `json:"function_name"`
	// MappingID is the UUID of the function's event source mapping.
	MappingID string `json:"mapping_id"`
}

// Output is where a destination puts its objects.
type Output struct {
	Bucket string `json:"bucket"`
	Prefix string `json:"prefix"`
}

// Secret is a secret that is waiting for its value.
type Secret struct {
	Name string `json:"name"`
}

// Terraform is how Terraform is run against the stack, by whoever runs it.
type Terraform struct {
	Binary string
	// Dir is a copy of the project's terraform folder, so that runs side by side do not share their state.
	Dir       string
	Workspace string
	Vars      map[string]string
	Env       map[string]string
}

// Terraform prepares a run of the project's Terraform, with the zips in artifactsDir.
func (s *Stack) Terraform(ctx context.Context, artifactsDir string) (*Terraform, error) {
	root, err := ProjectRoot()
	if err != nil {
		return nil, err
	}
	binary, err := provision.Terraform(ctx, s.CacheDir)
	if err != nil {
		return nil, fmt.Errorf("find Terraform: %w", err)
	}
	dir := filepath.Join(s.Dir, "terraform")
	if err := copyTerraform(filepath.Join(root, "terraform"), dir); err != nil {
		return nil, err
	}
	if err := keepState(dir); err != nil {
		return nil, err
	}
	env, err := provision.Environ(s.Dir, s.CacheDir)
	if err != nil {
		return nil, fmt.Errorf("configure Terraform: %w", err)
	}
	return &Terraform{
		Binary: binary, Dir: dir, Workspace: workspace,
		Vars: map[string]string{"artifacts_dir": artifactsDir, "architecture": architecture()},
		Env:  s.awsEnv(env),
	}, nil
}

// keepState has Terraform keep its state in the folder of a configuration: that of an emulator that is gone is of no use to anybody.
func keepState(dir string) error {
	override := filepath.Join(dir, "backend_override.tf")
	if err := os.WriteFile(override, []byte("terraform {\n  backend \"local\" {}\n}\n"), 0o600); err != nil {
		return fmt.Errorf("keep Terraform's state on this machine: %w", err)
	}
	return nil
}

// Deploy applies the project's Terraform to the stack and gives the deployed functions their secrets.
func (s *Stack) Deploy(ctx context.Context, artifactsDir string) (*Deployment, error) {
	t, err := s.Terraform(ctx, artifactsDir)
	if err != nil {
		return nil, err
	}
	run, err := tfexec.NewTerraform(t.Dir, t.Binary)
	if err != nil {
		return nil, fmt.Errorf("run Terraform: %w", err)
	}
	if err := run.SetEnv(t.Env); err != nil {
		return nil, fmt.Errorf("run Terraform: %w", err)
	}
	run.SetStdout(s.log)
	run.SetStderr(s.log)
	s.step("terraform init")
	if err := run.Init(ctx); err != nil {
		return nil, fmt.Errorf("initialise Terraform: %w", err)
	}
	if err := run.WorkspaceNew(ctx, t.Workspace); err != nil {
		return nil, fmt.Errorf("make Terraform's workspace: %w", err)
	}
	s.step("terraform apply (a minute or two: the provider waits for queues and buckets to settle)")
	options := []tfexec.ApplyOption{tfexec.Parallelism(Parallelism)}
	for k, v := range t.Vars {
		options = append(options, tfexec.Var(k+"="+v))
	}
	if err := run.Apply(ctx, options...); err != nil {
		return nil, fmt.Errorf("apply Terraform: %w", err)
	}
	outputs, err := run.Output(ctx)
	if err != nil {
		return nil, fmt.Errorf("read Terraform's outputs: %w", err)
	}
	values := make(map[string]json.RawMessage, len(outputs))
	for name, o := range outputs {
		values[name] = o.Value
	}
	d, err := NewDeployment(values)
	if err != nil {
		return nil, err
	}
	return d, s.PutSecrets(ctx, d)
}

// NewDeployment reads Terraform's outputs.
func NewDeployment(outputs map[string]json.RawMessage) (*Deployment, error) {
	text, err := json.Marshal(outputs)
	if err != nil {
		return nil, fmt.Errorf("read Terraform's outputs: %w", err)
	}
	var d Deployment
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("read Terraform's outputs: %w", err)
	}
	return &d, nil
}

// PutSecrets gives the functions the DSN of the stack's ClickHouse and the webhook of its Slack, as a person does after the
// first apply.
func (s *Stack) PutSecrets(ctx context.Context, d *Deployment) error {
	if _, ok := d.Secrets["clickhouse-dsn"]; !ok {
		return errors.New("the outputs of Terraform name no secret clickhouse-dsn")
	}
	clients, err := s.Config(ctx)
	if err != nil {
		return err
	}
	client := secretsmanager.NewFromConfig(clients)
	for name, value := range map[string]string{"clickhouse-dsn": s.ClickHouse.DSN(), "slack-webhook": s.slack.URL()} {
		secret, ok := d.Secrets[name]
		if !ok {
			continue
		}
		_, err = client.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{SecretId: &secret.Name, SecretString: &value})
		if err != nil {
			return fmt.Errorf("put the secret %s: %w", secret.Name, err)
		}
	}
	return nil
}

// Config is for clients of the stack's AWS.
func (s *Stack) Config(ctx context.Context) (aws.Config, error) {
	c, err := config.LoadDefaultConfig(ctx, config.WithRegion(Region), config.WithBaseEndpoint(s.AWS.URL()),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(TestKey, TestKey, "")))
	if err != nil {
		return aws.Config{}, fmt.Errorf("configure AWS clients: %w", err)
	}
	return c, nil
}

// TestKey is what the emulator takes for both halves of an access key.
const TestKey = "test"

// awsEnv is the environment with everything about AWS replaced by the stack's: nothing may reach a real account.
func (s *Stack) awsEnv(environ []string) map[string]string {
	env := make(map[string]string, len(environ))
	for _, pair := range environ {
		k, v, _ := strings.Cut(pair, "=")
		// terraform-exec refuses the TF_ variables that it has arguments for.
		if !strings.HasPrefix(k, "AWS_") && (!strings.HasPrefix(k, "TF_") || k == "TF_CLI_CONFIG_FILE") {
			env[k] = v
		}
	}
	maps.Copy(env, map[string]string{
		"AWS_ENDPOINT_URL": s.AWS.URL(), "AWS_REGION": Region, "AWS_ACCESS_KEY_ID": TestKey, "AWS_SECRET_ACCESS_KEY": TestKey,
		"AWS_EC2_METADATA_DISABLED": "true",
	})
	return env
}

// architecture is this machine's, in Lambda's words: the functions run on it.
func architecture() string {
	if runtime.GOARCH == "arm64" {
		return "arm64"
	}
	return "x86_64"
}

// ProjectRoot is the folder with go.mod, from wherever in it a test or a command runs.
func ProjectRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the project: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod in this folder or above it: run it within the project")
		}
		dir = parent
	}
}

// leftBehind is what runs of Terraform leave in a folder.
var leftBehind = []string{".terraform", "terraform.tfstate.d", "terraform.tfstate", ".terraform.lock.hcl"}

// copyTerraform copies the configuration, without what runs have left behind.
func copyTerraform(from, to string) error {
	err := filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if slices.Contains(leftBehind, entry.Name()) {
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		relative, err := filepath.Rel(from, path)
		if err != nil {
			return err //nolint:wrapcheck // wrapped below
		}
		target := filepath.Join(to, relative)
		if entry.IsDir() {
			return os.MkdirAll(target, 0o750)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err //nolint:wrapcheck // wrapped below
		}
		return os.WriteFile(target, text, 0o600)
	})
	if err != nil {
		return fmt.Errorf("copy the Terraform configuration: %w", err)
	}
	return nil
}
