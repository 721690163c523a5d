/**
 * Leaves out the texts of plain errors. The domain throws one only where the log or the code itself would be wrong, and nothing
 * reads the text but a person; that it is thrown is asked of the tests all the same.
 */
const impossibleStates = {
  shouldIgnore(path) {
    if (path.isNewExpression() && path.node.callee.name === 'Error')
      return 'the text of an error for a state that cannot be';
    return undefined;
  },
};

export const strykerPlugins = [{ kind: 'Ignore', name: 'impossible-states', value: impossibleStates }];
