package e2e

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local"
	"github.com/rumline/rumline/tests/local/lambdahost"
	"github.com/rumline/rumline/tests/privilege"
)

// requirePrivileges: after all of it, every call that a role has made is allowed by its policies, and the policies allow nothing
// that no call needed, but for what is reasoned about in unexercised, nor what the boundary that an account has for them takes away.
func (p *pipeline) requirePrivileges(t *testing.T) {
	config, err := p.Config(t.Context())
	require.NoError(t, err)
	prefix := "rumline-" + p.deployment.Workspace + "-"
	roles, err := privilege.Effective(t.Context(), iam.NewFromConfig(config), prefix)
	require.NoError(t, err)
	require.NotEmpty(t, roles)
	planned, keys := p.plannedByMachines(t), p.keys(t)

	for _, caller := range p.calls.Roles() {
		if _, plays := roles[caller]; !plays {
			require.Contains(t, []string{local.TestKey, lambdahost.AccessKey("")}, caller, "a caller without a role")
		}
	}
	within := boundary(t, p.deployment.Workspace)
	var unused []privilege.Right
	for _, role := range slices.Sorted(maps.Keys(roles)) {
		made := keys.With(p.calls.Of(role))
		t.Logf("%s has needed %d rights", role, len(made))
		needed := slices.Concat(made, planned[role])
		assert.NotEmpty(t, needed, "nobody has played the role %s", role)
		for _, missing := range privilege.Missing(roles[role], needed) {
			assert.Fail(t, "a right is missing", "%s: %s", role, missing)
		}
		for _, right := range privilege.Unused(role, roles[role], nil) {
			assert.True(t, privilege.Allows(within, right.Access()), "the boundary takes a right away: %s", right)
		}
		unused = append(unused, privilege.Unused(strings.TrimPrefix(role, prefix), roles[role], slices.Concat(needed, p.byOthers(role, keys)))...)
	}
	left, idle := privilege.Except(unused, unexercised(slices.Sorted(maps.Keys(p.deployment.Destinations))))
	for _, right := range left {
		assert.Fail(t, "a right that nobody used", right.String())
	}
	for _, e := range idle {
		assert.Fail(t, "an exception that is none any more", "%+v", e)
	}
}

// byOthers is what a role would have needed, had it been in another destination's place: the same code serves them all, and not every
// test is made with each. What a role may do in place of another one is not among it, since nobody does that.
func (p *pipeline) byOthers(role string, keys privilege.Keys) (accesses []privilege.Access) {
	prefix := "rumline-" + p.deployment.Workspace + "-"
	names := slices.Sorted(maps.Keys(p.deployment.Destinations))
	own, isDestination := strings.CutPrefix(role, prefix)
	isDestination = isDestination && slices.Contains(names, own)
	for _, from := range names {
		for _, to := range names {
			switch {
			case from == to || isDestination && to != own:
			case isDestination:
				accesses = append(accesses, privilege.Translate(keys.With(p.calls.Of(prefix+from)), from, to)...)
			default: // it serves them all
				accesses = append(accesses, privilege.Translate(keys.With(p.calls.Of(role)), from, to)...)
			}
		}
	}
	return accesses
}

// plannedByMachines is what the definitions of state machines ask for, by their roles: it includes the states that these tests do
// not come to, such as a breaker's giving up, which takes hours.
func (p *pipeline) plannedByMachines(t *testing.T) map[string][]privilege.Access {
	t.Helper()
	config, err := p.Config(t.Context())
	require.NoError(t, err)
	client := sfn.NewFromConfig(config)
	planned := map[string][]privilege.Access{}
	for _, arn := range []string{p.deployment.ReplayStateMachine, p.deployment.BreakerStateMachine} {
		machine, err := client.DescribeStateMachine(t.Context(), &sfn.DescribeStateMachineInput{StateMachineArn: &arn})
		require.NoError(t, err)
		asked, err := privilege.Planned(aws.ToString(machine.Definition))
		require.NoError(t, err)
		require.NotEmpty(t, asked)
		role := aws.ToString(machine.RoleArn)
		planned[role[strings.LastIndex(role, "/")+1:]] = asked
	}
	return planned
}
