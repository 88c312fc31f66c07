// Package configuration holds Terraform's configuration to the project's rules: what may be set says what it is, and refuses what cannot
// work; a test shows that it does; and no role is made without its boundary.
package configuration

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Module is a folder with configuration.
type Module struct {
	// Dir is the folder, with slashes, relative to the root of all; that itself is ".".
	Dir       string
	Variables []Variable
	// Refused are the variables that a test gives a value that is refused.
	Refused map[string]bool
	// Roles are the roles that the module makes, by their addresses, and the text of what bounds each.
	Roles map[string]string
	// Calls are the modules that it calls, by name.
	Calls map[string]Call
}

// Variable is what may be set.
type Variable struct {
	Name, Type, Description string
	Validations             int
}

// Call is a module that another one calls.
type Call struct {
	// Dir is the called module's, if its source is a folder.
	Dir string
	// Arguments are the texts of what is given.
	Arguments map[string]string
}

// Read reads all modules at and below a folder.
func Read(root string) ([]*Module, error) {
	modules := map[string]*Module{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && path != root:
			return fs.SkipDir // what init has fetched
		case entry.IsDir() || filepath.Ext(path) != ".tf" && !strings.HasSuffix(path, ".tftest.hcl"):
			return nil
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return fmt.Errorf("name the folder of %s: %w", path, err)
		}
		dir = filepath.ToSlash(dir)
		if filepath.Ext(path) != ".tf" {
			dir = moduleOfTest(dir)
		}
		if modules[dir] == nil {
			modules[dir] = &Module{Dir: dir, Refused: map[string]bool{}, Roles: map[string]string{}, Calls: map[string]Call{}}
		}
		return modules[dir].read(path)
	})
	if err != nil {
		return nil, fmt.Errorf("read the configuration in %s: %w", root, err)
	}
	var all []*Module
	for _, dir := range slices.Sorted(maps.Keys(modules)) {
		all = append(all, modules[dir])
	}
	return all, nil
}

// moduleOfTest is the module that the tests in a folder are of: the one that their folder is in, or, of an example that is but an entry
// of the root's, the root.
func moduleOfTest(dir string) string {
	if module, ok := strings.CutSuffix(dir, "tests"); ok {
		return filepath.ToSlash(filepath.Clean(module))
	}
	return "."
}

func (m *Module) read(path string) error {
	source, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the configuration: %w", err)
	}
	file, problems := hclparse.NewParser().ParseHCL(source, path)
	if problems.HasErrors() {
		return fmt.Errorf("read %s: %w", path, problems)
	}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		return errors.New("read " + path + ": it is not in HCL's own syntax")
	}
	for _, block := range body.Blocks {
		m.add(block, source)
	}
	return nil
}

// add adds what a block at the top of a file says.
func (m *Module) add(block *hclsyntax.Block, source []byte) {
	attribute := func(name string) string { return text(block.Body.Attributes[name], source) }
	switch block.Type {
	case "variable":
		v := Variable{Name: block.Labels[0], Type: attribute("type"), Description: strings.Trim(attribute("description"), `"`)}
		for _, inner := range block.Body.Blocks {
			if inner.Type == "validation" {
				v.Validations++
			}
		}
		m.Variables = append(m.Variables, v)
	case "run":
		if a := block.Body.Attributes["expect_failures"]; a != nil {
			for _, traversal := range a.Expr.Variables() {
				if traversal.RootName() == "var" && len(traversal) > 1 {
					if step, ok := traversal[1].(hcl.TraverseAttr); ok {
						m.Refused[step.Name] = true
					}
				}
			}
		}
	case "resource":
		if block.Labels[0] == "aws_iam_role" {
			m.Roles[strings.Join(block.Labels, ".")] = attribute("permissions_boundary")
		}
	case "module":
		call := Call{Arguments: map[string]string{}}
		for name := range block.Body.Attributes {
			call.Arguments[name] = attribute(name)
		}
		if source := strings.Trim(call.Arguments["source"], `"`); strings.HasPrefix(source, ".") {
			call.Dir = filepath.ToSlash(filepath.Join(m.Dir, source))
		}
		m.Calls[block.Labels[0]] = call
	}
}

// text is what an attribute is set to, as it is written, or nothing.
func text(a *hclsyntax.Attribute, source []byte) string {
	if a == nil {
		return ""
	}
	return string(a.Expr.Range().SliceBytes(source))
}
