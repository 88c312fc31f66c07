package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/hashicorp/terraform-exec/tfexec"
	tfjson "github.com/hashicorp/terraform-json"
)

// Workspace is one workspace of a Terraform configuration on the stack, in a folder of its own: several can be applied side by
// side, and the configuration of one can be replaced while its state stays.
type Workspace struct {
	Name string
	dir  string
	run  *tfexec.Terraform
	vars map[string]string
}

// NewWorkspace makes a workspace of a configuration. To be applied, its name has to be one that the settings of the local stack go with:
// local, or one that begins with local-. Any environment can be planned.
func (s *Stack) NewWorkspace(ctx context.Context, t *Terraform, name string) (*Workspace, error) {
	w := &Workspace{Name: name, dir: filepath.Join(s.Dir, "workspaces", name)}
	if err := os.MkdirAll(w.dir, 0o750); err != nil {
		return nil, fmt.Errorf("make the folder of workspace %s: %w", name, err)
	}
	if err := w.Configure(ctx, t, s); err != nil {
		return nil, err
	}
	if err := w.run.WorkspaceNew(ctx, name); err != nil {
		return nil, fmt.Errorf("make workspace %s: %w", name, err)
	}
	return w, nil
}

// Configure gives the workspace another configuration. Its state stays, and the next apply changes what differs.
func (w *Workspace) Configure(ctx context.Context, t *Terraform, s *Stack) error {
	if err := w.clear(); err != nil {
		return err
	}
	if err := copyTerraform(t.Dir, w.dir); err != nil {
		return err
	}
	if err := keepState(w.dir); err != nil {
		return err
	}
	run, err := tfexec.NewTerraform(w.dir, t.Binary)
	if err != nil {
		return fmt.Errorf("run Terraform: %w", err)
	}
	if err := run.SetEnv(t.Env); err != nil {
		return fmt.Errorf("run Terraform: %w", err)
	}
	run.SetStdout(s.log)
	run.SetStderr(s.log)
	w.run, w.vars = run, t.Vars
	if err := run.Init(ctx); err != nil {
		return fmt.Errorf("initialise workspace %s: %w", w.Name, err)
	}
	return nil
}

// CopyConfiguration copies the project's Terraform configuration into a folder, without what runs have left behind.
func CopyConfiguration(to string) error {
	root, err := ProjectRoot()
	if err != nil {
		return err
	}
	return copyTerraform(filepath.Join(root, "terraform"), to)
}

// clear removes the configuration, and leaves what runs of Terraform have left.
func (w *Workspace) clear() error {
	entries, err := os.ReadDir(w.dir)
	if err != nil {
		return fmt.Errorf("replace the configuration of workspace %s: %w", w.Name, err)
	}
	for _, entry := range entries {
		if slices.Contains(leftBehind, entry.Name()) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(w.dir, entry.Name())); err != nil {
			return fmt.Errorf("replace the configuration of workspace %s: %w", w.Name, err)
		}
	}
	return nil
}

// tierFile has the settings of the local stack, in configurations in which the workspace alone does not choose them.
const tierFile = "environments/local.tfvars"

func (w *Workspace) hasTierFile() (bool, error) {
	_, err := os.Stat(filepath.Join(w.dir, tierFile))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for settings: %w", err)
	}
	return true, nil
}

// planFile is where Plan leaves the plan for Apply, in the workspace's folder.
const planFile = "next.tfplan"

// Plan says what an apply would change, and keeps it for Apply.
func (w *Workspace) Plan(ctx context.Context) (*tfjson.Plan, error) {
	options := []tfexec.PlanOption{tfexec.Parallelism(Parallelism), tfexec.Out(planFile)}
	for k, v := range w.vars {
		options = append(options, tfexec.Var(k+"="+v))
	}
	extra, err := w.hasTierFile()
	if err != nil {
		return nil, err
	}
	if extra {
		options = append(options, tfexec.VarFile(tierFile))
	}
	if _, err := w.run.Plan(ctx, options...); err != nil {
		return nil, fmt.Errorf("plan workspace %s: %w", w.Name, err)
	}
	plan, err := w.run.ShowPlanFile(ctx, planFile)
	if err != nil {
		return nil, fmt.Errorf("read the plan of workspace %s: %w", w.Name, err)
	}
	return plan, nil
}

// Apply does what the last Plan has said, and returns what there is then.
func (w *Workspace) Apply(ctx context.Context) (*Deployment, error) {
	err := w.run.Apply(ctx, tfexec.DirOrPlan(planFile), tfexec.Parallelism(Parallelism))
	if err != nil {
		return nil, fmt.Errorf("apply workspace %s: %w", w.Name, err)
	}
	outputs, err := w.run.Output(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the outputs of workspace %s: %w", w.Name, err)
	}
	values := make(map[string]json.RawMessage, len(outputs))
	for name, o := range outputs {
		values[name] = o.Value
	}
	return NewDeployment(values)
}

// Destroy destroys everything that the workspace has.
func (w *Workspace) Destroy(ctx context.Context) error {
	options := []tfexec.DestroyOption{tfexec.Parallelism(Parallelism)}
	for k, v := range w.vars {
		options = append(options, tfexec.Var(k+"="+v))
	}
	extra, err := w.hasTierFile()
	if err != nil {
		return err
	}
	if extra {
		options = append(options, tfexec.VarFile(tierFile))
	}
	if err := w.run.Destroy(ctx, options...); err != nil {
		return fmt.Errorf("destroy workspace %s: %w", w.Name, err)
	}
	return nil
}

// Resources are what the workspace's state has made, in all its modules.
func (w *Workspace) Resources(ctx context.Context) ([]*tfjson.StateResource, error) {
	state, err := w.run.Show(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the state of workspace %s: %w", w.Name, err)
	}
	if state.Values == nil {
		return nil, nil
	}
	return managed(state.Values.RootModule), nil
}

func managed(m *tfjson.StateModule) (all []*tfjson.StateResource) {
	if m == nil {
		return nil
	}
	for _, r := range m.Resources {
		if r.Mode == tfjson.ManagedResourceMode {
			all = append(all, r)
		}
	}
	for _, child := range m.ChildModules {
		all = append(all, managed(child)...)
	}
	return all
}
