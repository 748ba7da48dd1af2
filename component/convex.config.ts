import { defineComponent } from "convex/server";

const component = defineComponent("durableAgents");

export default component;
