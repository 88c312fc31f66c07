package cloudwatch

import (
	"fmt"
	"math"
	"regexp"
	"slices"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm"
)

// formula is an expression of CloudWatch's metric math, for one point in time: numbers, + - * / and ^, comparisons, AND and
// OR, the ids of other series, and FILL, IF, MAX, MIN, SUM and ABS. A value that is not there is not a number (NaN);
// what is computed of it is not there either, but for FILL, and for the functions of lists, which pass over it.
type formula struct {
	program *vm.Program
	// uses are the ids in it, names those and the functions.
	uses, names []string
}

// known are the functions.
var known = []string{"FILL", "IF", "ABS", "MAX", "MIN", "SUM"}

// parseFormula refuses whatever it would not compute as CloudWatch does.
func parseFormula(text string, ids []string) (*formula, error) {
	env := map[string]any{}
	for _, id := range ids {
		env[id] = 0.0
	}
	f := &formula{}
	options := []expr.Option{
		expr.Env(env), expr.DisableAllBuiltins(), expr.Patch(floats{}), expr.Patch(names{f}), expr.AsFloat64(),
	}
	options = append(options, operators()...)
	options = append(options, functions()...)
	program, err := expr.Compile(symbols(text), options...)
	if err != nil {
		return nil, fmt.Errorf("metric math %q: %w", text, err)
	}
	for _, name := range f.names {
		if slices.Contains(ids, name) {
			f.uses = append(f.uses, name)
		} else if !slices.Contains(known, name) {
			return nil, fmt.Errorf("metric math %q: %s is not known here", text, name)
		}
	}
	f.program = program
	return f, nil
}

// at computes the value at one point in time. NaN means that there is none.
func (f *formula) at(values map[string]float64) (float64, error) {
	env := make(map[string]any, len(values))
	for id, v := range values {
		env[id] = v
	}
	out, err := expr.Run(f.program, env)
	if err != nil {
		return 0, fmt.Errorf("metric math: %w", err)
	}
	v, ok := out.(float64)
	if !ok {
		return 0, fmt.Errorf("metric math: got a %T", out)
	}
	if math.IsInf(v, 0) {
		return math.NaN(), nil
	}
	return v, nil
}

var (
	words   = map[string]string{"AND": "&&", "OR": "||"}
	pattern = regexp.MustCompile(`\b(AND|OR)\b`)
)

func symbols(text string) string {
	return pattern.ReplaceAllStringFunc(text, func(word string) string { return words[word] })
}

// floats makes all numbers float64, which is all that CloudWatch has.
type floats struct{}

// Visit is part of ast.Visitor.
func (floats) Visit(node *ast.Node) { //nolint:gocritic // ast.Visitor has it so
	if n, ok := (*node).(*ast.IntegerNode); ok {
		ast.Patch(node, &ast.FloatNode{Value: float64(n.Value)})
	}
}

// names notes what an expression refers to.
type names struct{ f *formula }

// Visit is part of ast.Visitor.
func (n names) Visit(node *ast.Node) { //nolint:gocritic // ast.Visitor has it so
	if id, ok := (*node).(*ast.IdentifierNode); ok {
		n.f.names = append(n.f.names, id.Value)
	}
}

// operators replaces those whose results are not numbers, and the division, whose result by zero is no data point.
func operators() []expr.Option {
	binary := map[string]func(a, b float64) float64{
		"/": func(a, b float64) float64 {
			if b == 0 {
				return math.NaN()
			}
			return a / b
		},
		"<":  func(a, b float64) float64 { return number(a < b) },
		"<=": func(a, b float64) float64 { return number(a <= b) },
		">":  func(a, b float64) float64 { return number(a > b) },
		">=": func(a, b float64) float64 { return number(a >= b) },
		"==": func(a, b float64) float64 { return number(a == b) },
		"!=": func(a, b float64) float64 { return number(a != b) },
		"&&": func(a, b float64) float64 { return number(a != 0 && b != 0) },
		"||": func(a, b float64) float64 { return number(a != 0 || b != 0) },
	}
	var options []expr.Option
	functions := map[string]string{
		"/": "DIVIDE", "<": "LESS", "<=": "ATMOST", ">": "GREATER", ">=": "ATLEAST", "==": "SAME", "!=": "OTHER", "&&": "BOTH", "||": "EITHER",
	}
	for operator, compute := range binary {
		options = append(options, expr.Operator(operator, functions[operator]),
			expr.Function(functions[operator], func(params ...any) (any, error) {
				a, b := toFloat(params[0]), toFloat(params[1])
				if math.IsNaN(a) || math.IsNaN(b) {
					return math.NaN(), nil
				}
				return compute(a, b), nil
			}, new(func(float64, float64) float64)))
	}
	return options
}

func functions() []expr.Option {
	return []expr.Option{
		expr.Function("FILL", func(params ...any) (any, error) {
			if v := toFloat(params[0]); !math.IsNaN(v) {
				return v, nil
			}
			return toFloat(params[1]), nil
		}, new(func(float64, float64) float64)),
		expr.Function("IF", func(params ...any) (any, error) {
			switch c := toFloat(params[0]); {
			case math.IsNaN(c):
				return math.NaN(), nil
			case c != 0:
				return toFloat(params[1]), nil
			default:
				return toFloat(params[2]), nil
			}
		}, new(func(float64, float64, float64) float64)),
		expr.Function("ABS", func(params ...any) (any, error) {
			return math.Abs(toFloat(params[0])), nil
		}, new(func(float64) float64)),
		ofList("MAX", math.Max),
		ofList("MIN", math.Min),
		ofList("SUM", func(sum, v float64) float64 { return sum + v }),
	}
}

// ofList is a function of a list of series. Of one alone CloudWatch makes one number for all points in time, which is
// refused here.
func ofList(name string, add func(sum, v float64) float64) expr.Option {
	return expr.Function(name, func(params ...any) (any, error) {
		list, ok := params[0].([]any)
		if !ok {
			return nil, fmt.Errorf("%s of %T", name, params[0])
		}
		sum := math.NaN()
		for _, each := range list {
			switch v := toFloat(each); {
			case math.IsNaN(v):
			case math.IsNaN(sum):
				sum = v
			default:
				sum = add(sum, v)
			}
		}
		return sum, nil
	}, new(func([]any) float64))
}

func number(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// toFloat is for parameters whose type the compiler has checked.
func toFloat(v any) float64 {
	f, ok := v.(float64)
	if !ok {
		return math.NaN()
	}
	return f
}
