package privilege

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// Effective reads the policies that are in effect for the roles whose names begin with a prefix, inline and attached, by the roles'
// names. A role without any is in it, too.
func Effective(ctx context.Context, client *iam.Client, prefix string) (map[string][]*Policy, error) {
	byRole := map[string][]*Policy{}
	pages := iam.NewListRolesPaginator(client, &iam.ListRolesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the roles: %w", err)
		}
		for _, role := range page.Roles {
			name := aws.ToString(role.RoleName)
			if !strings.HasPrefix(name, prefix) {
				continue
			}
			documents, err := documentsOf(ctx, client, name)
			if err != nil {
				return nil, fmt.Errorf("role %s: %w", name, err)
			}
			byRole[name] = nil
			for _, document := range documents {
				p, err := ParsePolicy(document)
				if err != nil {
					return nil, fmt.Errorf("role %s: %w", name, err)
				}
				byRole[name] = append(byRole[name], p)
			}
		}
	}
	return byRole, nil
}

// documentsOf are the documents of a role's policies.
func documentsOf(ctx context.Context, client *iam.Client, role string) (documents []string, err error) {
	inline := iam.NewListRolePoliciesPaginator(client, &iam.ListRolePoliciesInput{RoleName: &role})
	for inline.HasMorePages() {
		page, err := inline.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list its policies: %w", err)
		}
		for _, name := range page.PolicyNames {
			out, err := client.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &role, PolicyName: &name})
			if err != nil {
				return nil, fmt.Errorf("read its policy %s: %w", name, err)
			}
			if documents, err = appendDocument(documents, out.PolicyDocument); err != nil {
				return nil, err
			}
		}
	}
	attached := iam.NewListAttachedRolePoliciesPaginator(client, &iam.ListAttachedRolePoliciesInput{RoleName: &role})
	for attached.HasMorePages() {
		page, err := attached.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list its attached policies: %w", err)
		}
		for _, policy := range page.AttachedPolicies {
			document, err := attachedDocument(ctx, client, policy.PolicyArn)
			if err != nil {
				return nil, fmt.Errorf("read its policy %s: %w", aws.ToString(policy.PolicyArn), err)
			}
			if documents, err = appendDocument(documents, document); err != nil {
				return nil, err
			}
		}
	}
	return documents, nil
}

func attachedDocument(ctx context.Context, client *iam.Client, arn *string) (*string, error) {
	policy, err := client.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: arn})
	if err != nil {
		return nil, err //nolint:wrapcheck // the caller's
	}
	version, err := client.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: arn, VersionId: policy.Policy.DefaultVersionId})
	if err != nil {
		return nil, err //nolint:wrapcheck // the caller's
	}
	return version.PolicyVersion.Document, nil
}

// appendDocument appends a document, which IAM encodes as for a URL (RFC 3986).
func appendDocument(documents []string, encoded *string) ([]string, error) {
	document, err := url.PathUnescape(aws.ToString(encoded))
	if err != nil {
		return nil, fmt.Errorf("decode a policy: %w", err)
	}
	return append(documents, document), nil
}
