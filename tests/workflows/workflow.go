// Package workflows holds the GitHub workflows to the project's rules: what they may do, what they may run and what they
// may trust. The syntax is GitHub's, https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax.
package workflows

import (
	"fmt"
	"iter"

	"go.yaml.in/yaml/v3"
)

// Workflow is a file of .github/workflows, or an action.yml, whose steps are read as those of a job named "runs".
type Workflow struct {
	// Name is the file's.
	Name string

	action bool
	source string
	root   yaml.Node
	parsed parsed
}

type parsed struct {
	On          yaml.Node
	Permissions yaml.Node
	Jobs        map[string]job
	Runs        *job
}

type job struct {
	Uses        string
	Environment yaml.Node
	Permissions yaml.Node
	Concurrency struct {
		Group  string
		Cancel yaml.Node `yaml:"cancel-in-progress"`
	}
	Timeout int `yaml:"timeout-minutes"`
	Steps   []step
}

type step struct {
	Uses string
	Run  string
	With map[string]string
}

// Parse reads a workflow or an action. It fails on what is no YAML, and on a document without jobs.
func Parse(name string, source []byte) (*Workflow, error) {
	w := Workflow{Name: name, source: string(source)}
	if err := yaml.Unmarshal(source, &w.root); err != nil {
		return nil, fmt.Errorf("parse %s: %w", name, err)
	}
	if err := w.root.Decode(&w.parsed); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if w.parsed.Runs != nil {
		w.action = true
		w.parsed.Jobs = map[string]job{"runs": *w.parsed.Runs}
	}
	if len(w.parsed.Jobs) == 0 {
		return nil, fmt.Errorf("read %s: it has no jobs", name)
	}
	return &w, nil
}

// Uses returns the value of every `uses`, with the comment behind it.
func (w *Workflow) Uses() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) { uses(&w.root, yield) }
}

func uses(n *yaml.Node, yield func(string, string) bool) bool {
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 && n.Content[i-1].Value == "uses" && !yield(child.Value, child.LineComment) {
			return false
		}
		if !uses(child, yield) {
			return false
		}
	}
	return true
}

// permissions returns what a permissions block grants by name. A word for all of them, as read-all, is under "*".
func permissions(n yaml.Node) map[string]string {
	granted := map[string]string{}
	if n.Kind == yaml.ScalarNode {
		return map[string]string{"*": n.Value}
	}
	if n.Decode(&granted) != nil {
		return map[string]string{"*": "unreadable"}
	}
	return granted
}
