/**
 * Recipes: what an agent is for, as plain files that a user can copy and change.
 *
 * <pre>
 * NAME/recipe.json     title, description, tools, policy
 * NAME/profile.md      what the planner is told about its role; profile_zh.md in Chinese
 * NAME/examples/EXAMPLE/goal.txt       what the user says
 *                       script.json    what a planner would do, for --planner script:FILE
 *                       input.txt      what the user types meanwhile: answers and approvals
 *                       workspace/     the files before
 *                       expected/      the files afterwards, and answer.txt beside it
 * </pre>
 */
package io.jgpt.agent.recipe;
