package configuration

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Exception is a variable that needs no validation, though it is no bool. Its reason says what refuses a wrong value instead, or why
// there is none.
type Exception struct{ Dir, Variable, Reason string }

// boundary is the variable that a module with roles takes, and hands on.
const boundary = "permissions_boundary_arn"

// Check returns what is wrong with modules, a sentence each, ordered.
func Check(modules []*Module, exceptions []Exception) []string {
	var wrong []string
	report := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	byDir := map[string]*Module{}
	for _, m := range modules {
		byDir[m.Dir] = m
	}
	used := make([]bool, len(exceptions))
	for _, m := range modules {
		for _, v := range m.Variables {
			excepted := slices.IndexFunc(exceptions, func(e Exception) bool { return e.Dir == m.Dir && e.Variable == v.Name })
			if excepted >= 0 {
				used[excepted] = v.Validations == 0 && v.Type != "bool"
			}
			v.check(m, excepted >= 0, report)
		}
		m.checkBoundary(byDir, report)
	}
	for i, e := range exceptions {
		if strings.TrimSpace(e.Reason) == "" {
			report("%s: the exception for variable %s has no reason", e.Dir, e.Variable)
		}
		if !used[i] {
			report("%s: variable %s needs no exception", e.Dir, e.Variable)
		}
	}
	slices.Sort(wrong)
	return wrong
}

func (v Variable) check(m *Module, excepted bool, report func(string, ...any)) {
	switch {
	case v.Type == "":
		report("%s: variable %s has no type", m.Dir, v.Name)
	case v.Type == "any" && v.Validations == 0: // policies and the like have none that Terraform could write down
		report("%s: variable %s may be of any type, and refuses nothing", m.Dir, v.Name)
	}
	if strings.TrimSpace(v.Description) == "" {
		report("%s: variable %s has no description", m.Dir, v.Name)
	}
	switch {
	case v.Validations == 0 && v.Type != "bool" && !excepted:
		report("%s: variable %s refuses nothing: it needs a validation", m.Dir, v.Name)
	case v.Validations > 0 && !m.Refused[v.Name]:
		report("%s: no test shows what variable %s refuses", m.Dir, v.Name)
	}
}

// checkBoundary: a role has the boundary that its module takes, and whoever calls the module hands its own on. Who deploys is bounded
// by nobody but by its own policies, and an example is nobody's deployment.
func (m *Module) checkBoundary(byDir map[string]*Module, report func(string, ...any)) {
	if m.Dir == "bootstrap" || strings.HasPrefix(m.Dir, "examples/") {
		return
	}
	for _, role := range slices.Sorted(maps.Keys(m.Roles)) {
		if m.Roles[role] != "var."+boundary {
			report("%s: %s has no permissions_boundary = var.%s", m.Dir, role, boundary)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.Calls)) {
		call := m.Calls[name]
		if callee := byDir[call.Dir]; callee != nil && callee.takes(boundary) && call.Arguments[boundary] != "var."+boundary {
			report("%s: module %s is not given %s = var.%s", m.Dir, name, boundary, boundary)
		}
	}
}

func (m *Module) takes(variable string) bool {
	return slices.ContainsFunc(m.Variables, func(v Variable) bool { return v.Name == variable })
}
